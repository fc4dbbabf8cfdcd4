/** Production keeps its data when something is removed by mistake; every other stage is somebody's experiment and cleans up. */
export const isProduction = $app.stage === "production";
