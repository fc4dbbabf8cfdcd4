import type { MatrixResult } from "./matrix.ts";
export const matrixDocument = (_result: MatrixResult, _seconds: number): string => "";
