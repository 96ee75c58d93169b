/** Registers the enums of insight in the graph. */
import { registerEnumType } from 'type-graphql';

const same = <Name extends string>(names: readonly Name[]) =>
  Object.freeze(Object.fromEntries(names.map((name) => [name, name]))) as { readonly [Key in Name]: Key };

const MetricGoal = same(['MINIMIZE', 'MAXIMIZE']);
type MetricGoal = keyof typeof MetricGoal;
const ImportanceMethod = same(['FANOVA', 'PED_ANOVA']);
type ImportanceMethod = keyof typeof ImportanceMethod;
const ProgressOrder = same(['NUMBER', 'END']);
type ProgressOrder = keyof typeof ProgressOrder;
const AxisScale = same(['LINEAR', 'LOG']);
type AxisScale = keyof typeof AxisScale;
const ParameterKind = same(['NUMERIC', 'CATEGORICAL']);
type ParameterKind = keyof typeof ParameterKind;

registerEnumType(MetricGoal, { name: 'MetricGoal', description: 'Whether small or large values are good.' });
registerEnumType(ImportanceMethod, {
  name: 'ImportanceMethod',
  description:
    'FANOVA: shares of the variance over the whole search space, by a random forest. PED_ANOVA: what tells the best tenth of the runs from all, cheap.',
});
registerEnumType(ProgressOrder, {
  name: 'ProgressOrder',
  description: 'NUMBER: as the runs were suggested. END: as they ended; runs that go on are left out.',
});
registerEnumType(AxisScale, { name: 'AxisScale', description: 'How a range of numbers is best drawn.' });
registerEnumType(ParameterKind, {
  name: 'ParameterKind',
  description: 'NUMERIC: all its values are numbers. CATEGORICAL: anything else.',
});

export { AxisScale, ImportanceMethod, MetricGoal, ParameterKind, ProgressOrder };
