/**
 * sum + a*b, in one rounding where the module is compiled for relaxed SIMD and the processor fuses (x86 with FMA,
 * ARM), in two elsewhere. The constant is known at compile time, so each build holds one of the two.
 */
export function multiplyAdd(sum: v128, a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, sum);
  return f32x4.add(sum, f32x4.mul(a, b));
}
