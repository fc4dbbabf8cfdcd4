export { createIllustrator } from "./illustrator.ts";
export { pictureSvg } from "./picture-svg.ts";
