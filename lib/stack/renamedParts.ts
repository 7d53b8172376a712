import * as pulumi from "@pulumi/pulumi";
import { grantName, wholeGrantName } from "../internal/arguments/names";
import { currentProgram, nameOf, typeOf } from "../internal/engine/pulumiSdk";

/** The previous names of the program's components by their present names. */
const previousNames = new WeakMap<object, Map<string, pulumi.Input<string>[]>>();

const isOwn = (type: string | undefined) => type?.startsWith("slipway:index:") === true;

/**
 * Lets resources follow components that were renamed with `aliases`, if their names contain the name of a component which is not their parent: a
 * grant has the name of its consumer, which is its parent, and of what it grants. Pulumi only follows names that begin with the parent's. Without
 * this, the grant under the new name is created before the previous one is deleted, which revokes both, as they are one in the policy.
 */
export const followRenames: pulumi.ResourceTransformation = ({ type, name, props, opts }) => {
    const known = previousNames.get(currentProgram()) ?? new Map<string, pulumi.Input<string>[]>();
    previousNames.set(currentProgram(), known);
    if (isOwn(type) && opts.aliases) {
        known.set(name, [...(known.get(name) ?? []), ...namesOf(opts.aliases, name)]);
    }
    const parent = opts.parent && isOwn(typeOf(opts.parent)) ? nameOf(opts.parent) : undefined;
    if (parent === undefined) {
        return undefined;
    }
    const start = name.startsWith(parent) ? parent : "";
    const previous = (text: string) =>
        combinations(partsOf(text, known))
            .slice(1)
            .map((parts) => pulumi.concat(...parts));
    const ofName = previous(name.slice(start.length)).map((text) => ({ name: pulumi.concat(start, text) }));
    // Where the name or the previous one is shortened, its end is a hash of the whole.
    const ofGrant = previous(wholeGrantName(name) ?? "").map((text) => ({ name: text.apply(grantName) }));
    const aliases = [...ofName, ...ofGrant];
    if (aliases.length === 0) {
        return undefined;
    }
    return { props, opts: { ...opts, aliases: [...(opts.aliases ?? []), ...aliases] } };
};

/** The names in aliases that differ from the present one. */
function namesOf(aliases: pulumi.Input<string | pulumi.Alias>[], now: string): pulumi.Input<string>[] {
    return aliases.flatMap((alias) => {
        if (typeof alias === "string") {
            return nameOfUrn(alias);
        }
        if (pulumi.Output.isInstance(alias) || alias instanceof Promise) {
            return pulumi
                .output(alias as pulumi.Input<string | pulumi.Alias>)
                .apply((known) => (typeof known === "string" ? nameOfUrn(known) : (known.name ?? now)));
        }
        return alias.name ?? [];
    });
}

const nameOfUrn = (urn: string): string => urn.split("::").slice(3).join("::");

/** The parts of a name, each with its previous texts: components with those that they had, and what is between them. */
function partsOf(name: string, renamed: Map<string, pulumi.Input<string>[]>): pulumi.Input<string>[][] {
    const names = [...renamed.keys()].sort((one, other) => other.length - one.length);
    const component = new RegExp(`(?<!\\w)(${names.map(escaped).join("|")})(?!\\w)`);
    return name.split(component).map((part) => [part, ...(renamed.get(part) ?? [])]);
}

const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** One of each part, in all combinations. */
const combinations = (parts: pulumi.Input<string>[][]): pulumi.Input<string>[][] =>
    parts.reduce<pulumi.Input<string>[][]>(
        (before, part) => before.flatMap((one) => part.map((other) => [...one, other])),
        [[]],
    );
