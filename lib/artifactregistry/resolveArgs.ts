import * as check from "../internal/check";
import { type ContainerRegistryArgs, containerRegistryArgs } from "./arguments";

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: ContainerRegistryArgs, location: string) {
    const completed = check.withDefaults(args, { name: component, location, immutableTags: true, cleanup: {} });
    return check.checked(`ContainerRegistry "${component}"`, completed, containerRegistryArgs, cleanupProblems);
}

function cleanupProblems({ cleanup, immutableTags }: ContainerRegistryArgs): check.Problem[] {
    const age = cleanup !== false && cleanup?.taggedOlderThan;
    const reason = `deletes nothing, because immutable tags keep their images (got "${age}"). Leave it out, or set immutableTags: false.`;
    return age && immutableTags
        ? [check.problem("cleanup.taggedOlderThan", "artifactregistry/cleanup-of-immutable-tags", reason)]
        : [];
}
