/** Height that two price ranges share; negative when they lie apart. */
export const overlapOf = (
  one: { readonly top: number; readonly bottom: number },
  other: { readonly top: number; readonly bottom: number },
): number => Math.min(one.top, other.top) - Math.max(one.bottom, other.bottom);
