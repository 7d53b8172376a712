import { exportTogether } from "../internal/reportTogether";

export type { AnyTagValue, ResourceManagerTag, TaggedArgs } from "../environment/tags";
export {
    type ExistingTagKey,
    type ExistingTagKeyArgs,
    type FirewallTag,
    TagKey,
    type TagKeyArgs,
    type TagKeyParent,
    type TagKeyValue,
    type TagValueOptions,
} from "./tagKey";

exportTogether(module);
