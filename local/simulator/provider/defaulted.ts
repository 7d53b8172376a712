import { places } from "../rules/paths";
import type { Inputs } from "../rules/rules";
import { contradicted } from "./inputChecks";
import type { Type } from "./types";

/** Types whose errors are as those of generated code, but whose code is not generated. */
const handwritten = new Set([
    "gcp:compute/instance:Instance",
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
]);

/**
 * What the code does not send: `IsEmptyValue` in
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/tpgresource/utils.go
 */
const isEmpty = (value: unknown): boolean => !value || (typeof value === "object" && Object.keys(value).length === 0);

/**
 * The inputs of an update, with what the state has and the program does not, of properties that the server sets by default: a plan has
 * their last values (`finalizeDiff` in https://github.com/hashicorp/terraform-plugin-sdk/blob/v2.38.1/helper/schema/schema.go), and the
 * provider's generated code sends them again. Other code sends only what changes, which the rules of its types do.
 *
 * @param state what Pulumi's state has
 */
export function withDefaulted(inputs: Inputs, token: string, { rules, flags }: Type, state: Inputs): Inputs {
    if (!rules.generatedNoun || handwritten.has(token)) {
        return inputs;
    }
    const result = structuredClone(inputs);
    // What only a replacement changes is not sent.
    const left = new Set(["deletionPolicy", ...flags.replaceOnChange, ...(rules.changesOnUpdate ?? [])]);
    for (const path of flags.defaulted.filter((each) => !left.has(each))) {
        const found = new Map(places(state, path).map((place) => [place.path, place.holder[place.key]]));
        for (const { path: at, holder, key } of places(result, path)) {
            const value = found.get(at);
            if (holder[key] === undefined && !isEmpty(value) && !contradicted(result, path, flags)) {
                holder[key] = structuredClone(value);
            }
        }
    }
    return result;
}
