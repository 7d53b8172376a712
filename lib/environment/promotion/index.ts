export type { Artifact } from "./artifact";
export { oncePromoted, promoted } from "./promoted";
export { published, release } from "./releases";
