/**
 * The logarithm of the expected improvement, right to many digits where the improvement itself underflows (Ament et
 * al. 2023, Unexpected Improvements to Expected Improvement, eq. 9): a flat zero has no gradient to climb, its
 * logarithm does.
 */
import { millsRatio } from '../../space/normal-distribution.ts';

const LOG_SQRT_2PI = Math.log(2 * Math.PI) / 2;
/** From here on 1 - a R(a) = 1/a^2 - 3/a^4 + 15/a^6 to 1e-11, where the difference itself has lost as much. */
const FAR = 300;

export interface LogImprovement {
  /** log(density(z) + z * P(X <= z)). */
  readonly value: number;
  /** Its derivative. */
  readonly slope: number;
}

/** log E max(0, z + X) for a standard normal X: what is expected beyond the best where that lies z above the mean. */
export const logImprovement = (z: number): LogImprovement => {
  if (z > -1) {
    const density = Math.exp((-z * z) / 2 - LOG_SQRT_2PI);
    const share = z >= 0 ? 1 - density * millsRatio(z) : density * millsRatio(-z);
    const improvement = density + z * share;
    return { value: Math.log(improvement), slope: share / improvement };
  }
  const a = -z;
  const ratio = millsRatio(a);
  const rest = a < FAR ? 1 - a * ratio : (1 - 3 / a ** 2 + 15 / a ** 4) / a ** 2;
  return { value: (-z * z) / 2 - LOG_SQRT_2PI + Math.log(rest), slope: ratio / rest };
};
