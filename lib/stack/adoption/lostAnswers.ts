import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { importId, importTemplates } from "../../formats/importIds";
import { stateOfProgram } from "../../internal/engine/programState";
import { supportsHooks, supportsTransforms, typeOf } from "../../internal/engine/pulumiSdk";
import { resourcesInState } from "../../internal/engine/stackState";
import { known, providerOf, settingsOf } from "../providerSettings";
import { type Adoptable, adoptable } from "./adoptable";
import { importCommand } from "./importCommand";
import { markIn, markLabel, markOf, markPath, withMark } from "./mark";

/**
 * If a connection drops after Google Cloud has created a resource, the stack has no state of it, and its name exists: each further `pulumi up`
 * would fail: https://github.com/vmware-archive/terraforming-gcp/issues/38, and for failed operations of Cloud Run
 * https://github.com/hashicorp/terraform-provider-google/issues/17245. The next one continues instead:
 *
 * 1. A resource gets a mark when it is created (`mark.ts`), if its type allows it (`adoptable.ts`), and keeps the mark in the state. Resources that
 *    were created without one, by hand or by an earlier release, never get one.
 * 2. A resource that is not in the stack's state although its component is, which is only the case after an interrupted creation or for a
 *    new part of a deployed component, is looked up with a data source. If it has its mark, it is imported: Pulumi reads it and then updates
 *    what differs.
 * 3. For all others, the error of the creation is followed by the command that imports the resource.
 */
class LostAnswers {
    private readonly prepared = new WeakSet<pulumi.Resource>();
    /** The places of resources, by type and name, several of which can have the same. */
    private readonly places = new Map<string, Place[]>();
    /** The URNs of resources that exist without the mark. */
    private readonly strangers = new Set<string>();
    private readonly onError = [
        new pulumi.ErrorHook(
            "slipway: explain names in use",
            AsyncResource.bind((args) => this.explain(args)),
        ),
    ];

    /** The hooks of a resource, and for resources with a mark also its inputs and what adopts it; only on the first call. */
    prepare(args: pulumi.ResourceTransformationArgs) {
        const { resource, type, name, props, opts } = args;
        const { import: imported, id }: pulumi.CustomResourceOptions = opts;
        if (this.prepared.has(resource) || id !== undefined || opts.urn !== undefined) {
            return undefined;
        }
        if (imported !== undefined) {
            return withExistingDescription(args);
        }
        this.prepared.add(resource);
        const place = placeOf(type, name, opts);
        const key = keyOf(type, name);
        this.places.set(key, [...(this.places.get(key) ?? []), place]);
        const hooks = { ...opts.hooks, onError: [...(opts.hooks?.onError ?? []), ...this.onError] };
        const kind = adoptable(type, props);
        if (!kind || !place.isOwn || !place.provider || !supportsTransforms()) {
            return { props, opts: { ...opts, hooks } };
        }
        place.kind = kind;
        // Asked for now, before the program's components are registered, and thus in the state.
        const state = resourcesInState();
        const marked = pulumi
            .all([{ labels: props.labels, description: props.description }, markFor(place, kind, state)])
            .apply(([known, mark]) => (mark && withMark(kind, known, mark)) || known[kind.mark]);
        const adopt: pulumi.ResourceTransform = AsyncResource.bind(async (args) =>
            this.adopt(args, place, kind, await state),
        );
        return {
            // Not by the transform: it would lose on which resources each input depends, which orders replacements.
            props: { ...props, [kind.mark]: marked },
            opts: {
                ...opts,
                hooks,
                ignoreChanges:
                    kind.mark === "labels" || props.description === undefined
                        ? [...(opts.ignoreChanges ?? []), markPath(kind)]
                        : opts.ignoreChanges,
                transforms: [...(opts.transforms ?? []), adopt],
            },
        };
    }

    /** Imports a resource that exists with the mark, and is not in the state although its component is. */
    private async adopt(
        { name, props, opts }: pulumi.ResourceTransformArgs,
        place: Place,
        kind: Adoptable,
        state: Awaited<ReturnType<typeof resourcesInState>>,
    ): Promise<pulumi.ResourceTransformResult | undefined> {
        const [urn, parent, provider] = await identifiersOf(place);
        const isInterrupted = provider && state?.has(parent) && !state.has(urn);
        const id = isInterrupted ? await this.created(urn, markOf(provider, urn), place, props) : undefined;
        if (id === undefined) {
            return undefined;
        }
        pulumi.log.info(`${name}: was created by an update that was interrupted; importing ${id}`);
        // The program does not manage the labels of a resource that it imports.
        const { [kind.mark]: own, ...others } = props;
        const kept = kind.mark === "labels" ? { labels: withoutMark(own) } : {};
        return { props: { ...others, ...kept }, opts: { ...opts, import: id } as pulumi.CustomResourceOptions };
    }

    /** The ID of the resource that exists with the mark, if any. */
    private async created(urn: string, mark: string, { kind, provider }: Place, props: pulumi.Inputs) {
        const { find, by } = kind as Adoptable;
        const texts = [...by, "project"].filter((key) => typeof props[key] === "string");
        if (by.some((key) => !texts.includes(key))) {
            return undefined;
        }
        const query = Object.fromEntries(texts.map((key) => [key, props[key]]));
        const found = await pulumi.runtime.invoke(find, query, { provider }).catch(() => undefined);
        if (found && markIn(kind as Adoptable, found, "data source") !== mark) {
            this.strangers.add(urn);
            return undefined;
        }
        return found?.id as string | undefined;
    }

    private async explain({ urn, type, name, newInputs, failedOperation, errors }: pulumi.ErrorHookArgs) {
        const [error = ""] = errors;
        if (failedOperation !== "create" || !nameInUse.test(error)) {
            return false;
        }
        const places = this.places.get(keyOf(type, name)) ?? [];
        const urns = places.length > 1 ? await Promise.all(places.map((each) => known(each.urn))) : [urn];
        const place = places[urns.indexOf(urn)];
        const label = `${type.split(":").at(-1)} "${name}": exists already.`;
        if (place?.kind && !this.strangers.has(urn)) {
            const effect = "If an interrupted update of this stack created it, the next one continues with it";
            pulumi.log.error(`${label} ${effect}: run 'pulumi up' again.`);
            return false;
        }
        const inputs = { ...(await settingsOf(place?.provider)), ...newInputs };
        const [parent, provider] = await Promise.all([
            place?.isTop ? undefined : known(place?.parentUrn),
            known(place?.provider?.urn),
        ]);
        const existing = { type, name, inputs, parent, provider };
        const whose = place?.kind
            ? "No update of this stack created it, as it has no mark of it."
            : "An interrupted update can have created it.";
        const id = importId(existing);
        const remedy = id
            ? `If this stack is to manage it, and to delete it when it is destroyed, import it, and run 'pulumi up' again:\n${importCommand(existing, id)}`
            : `${withoutCommand(type)}: if it is new, delete it, and run 'pulumi up' again.`;
        pulumi.log.error(`${label} ${whose} ${remedy}`);
        return false;
    }
}

/** Why there is no command that imports a resource. */
function withoutCommand(type: string): string {
    const [template] = importTemplates(type);
    return template === undefined
        ? "The provider cannot import it"
        : `The provider imports it as ${template}, which Google Cloud has generated`;
}

/** The URNs of a resource and its parent, and the ID of its provider, which is unknown at the preview of a new stack. */
const identifiersOf = async ({ urn, parentUrn, provider }: Place) =>
    (await Promise.all([urn, parentUrn, provider?.id].map(known))) as [string, string, string | undefined];

/** The mark of a new resource, or the one that the state has; undefined if a resource has none. */
async function markFor(
    place: Place,
    kind: Adoptable,
    state: ReturnType<typeof resourcesInState>,
): Promise<string | undefined> {
    const [existing, [urn, , provider]] = await Promise.all([state, identifiersOf(place)]);
    if (existing === undefined || provider === undefined) {
        return undefined;
    }
    const outputs = [urn, ...place.aliases].map((each) => existing.get(each)).find((each) => each !== undefined);
    return outputs ? markIn(kind, outputs, "state") : markOf(provider, urn);
}

/** A resource that the program imports keeps its description where a change would replace it. It can be the mark of an earlier stack. */
function withExistingDescription({ type, props, opts }: pulumi.ResourceTransformationArgs) {
    const kind = adoptable(type, props);
    return kind?.mark === "description" && props.description === undefined
        ? { props, opts: { ...opts, ignoreChanges: [...(opts.ignoreChanges ?? []), markPath(kind)] } }
        : undefined;
}

/** Labels of the program; none if there are no others. */
function withoutMark(labels: Record<string, string> = {}): Record<string, string> | undefined {
    const { [markLabel]: _, ...others } = labels;
    return Object.keys(others).length > 0 ? others : undefined;
}

/** Where a resource is registered. */
interface Place {
    urn: pulumi.Output<string>;
    parentUrn: pulumi.Output<string>;
    provider?: pulumi.ProviderResource;
    /** The URNs that it had before. */
    aliases: string[];
    /** Whether it is a part of one of this library's components. */
    isOwn: boolean;
    /** Whether it is a resource of the program itself. */
    isTop: boolean;
    /** How it is found, if it has a mark. */
    kind?: Adoptable;
}

function placeOf(type: string, name: string, options: pulumi.CustomResourceOptions): Place {
    const stack = pulumi.runtime.getStackResource() as pulumi.Resource;
    const owner = options.parent ?? stack;
    const urn = pulumi.createUrn(name, type, owner);
    return {
        urn,
        parentUrn: owner.urn,
        provider: providerOf(type, options),
        isOwn: typeOf(owner)?.startsWith("slipway:index:") === true,
        isTop: owner === stack,
        aliases: Array.isArray(options.aliases) ? options.aliases.filter((alias) => typeof alias === "string") : [],
    };
}

const keyOf = (type: string, name: string) => `${type}::${name}`;

/**
 * What the services of Google Cloud answer to the creation of something that exists, such as "Error 409: The resource '…' already exists,
 * alreadyExists", "Error 409: Your previous request to create the named bucket succeeded and you already own it., conflict", and the
 * provider's own "Unable to create RouterNat, existing object already found". Operations of Cloud SQL fail with the error of the database:
 * "Can't create database '…'; database exists" (https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html).
 */
const nameInUse =
    /already exists?\b|already own it|existing object already found|database exists\b|already mapped to this application/i;

/** By stack, because the names of hooks are unique in a program. */
const lostAnswersOf = (program: pulumi.Resource) =>
    stateOfProgram("slipway.lostAnswers", program, () => new LostAnswers());

/** Makes the creation of a resource continue after its answer was lost. */
export const continueAfterLostAnswers: pulumi.ResourceTransformation = (args) => {
    const stack = pulumi.runtime.getStackResource();
    return stack && supportsHooks() && args.type.startsWith("gcp:") ? lostAnswersOf(stack).prepare(args) : undefined;
};
