export type { Artifact } from "./artifact";
export { oncePromoted, promoted, promotedBuild, promotes } from "./promoted";
export { published, release } from "./releases";
