export type { Artifact } from "./artifact";
export {
    afterPromotion as oncePromoted,
    promotedBuildDigest as promotedBuild,
    promotedDigest as promoted,
    promotes,
} from "./promoted";
export { recordRelease as published, release } from "./releases";
