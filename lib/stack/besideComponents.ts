import * as pulumi from "@pulumi/pulumi";
import { startsAsAccount } from "../facts/propagation";
import { isPlainObject } from "../internal/arguments/value";
import { componentOf } from "../internal/engine/componentOf";
import { stateOfProgram } from "../internal/engine/programState";
import { resourcesOf, typeOf, valueIfKnown } from "../internal/engine/pulumiSdk";
import { providerOf, settingsOf } from "./providerSettings";

/**
 * Resources of `@pulumi/gcp` that a program creates in addition to components, with the project of the environment. They wait for what components
 * of the same program make for them, as the children of components do: for the API of their type, and, if their creation starts something as
 * a service account, for the roles of this account.
 */

/** The types of grants. With a key handle, Autokey grants a role on the key to the service agent. */
const grant = /I[aA][mM](Member|Binding|Policy)$|:DatasetAccess$|^gcp:kms\/keyHandle:KeyHandle$/;
export const isGrant = (type: string) => grant.test(type);

/** The emails of service accounts and service agents. */
export const accountEmail = /[\w.-]+@[\w.-]+\.gserviceaccount\.com/g;

type Registration = pulumi.ResourceTransformationArgs;

const serviceType = "gcp:projects/service:Service";
const accountType = "gcp:serviceaccount/account:Account";

/** The resources that a program has registered so far. */
class Registered {
    /** The resources that enable an API in the environment's project, by API. */
    readonly services = new Map<string, pulumi.Resource>();
    /** All resources that enable an API, in any project. */
    readonly enabled = new Map<string, pulumi.Resource>();
    private readonly all = new Map<pulumi.Resource, Registration>();
    /** The grants of components, with their accounts. */
    private readonly grants: Registration[] = [];
    private readonly members = new Map<pulumi.Resource, Promise<Set<unknown>>>();
    private readonly children = new Map<pulumi.Resource, pulumi.Resource[]>();
    /** What resources wait for in addition to what the program says. */
    private readonly added = new Map<pulumi.Resource, pulumi.Resource[]>();

    /** @returns whether the resource is new: it has several transformations in a program with several copies of this library */
    add(registration: Registration): boolean {
        const { resource, type, props, opts } = registration;
        if (this.all.has(resource)) {
            return false;
        }
        this.all.set(resource, registration);
        if (opts.parent) {
            this.children.set(opts.parent, [...(this.children.get(opts.parent) ?? []), resource]);
        }
        if (isGrant(type) && componentOf(opts.parent)) {
            this.grants.push(registration);
        }
        if (type === serviceType && typeof props.service === "string") {
            this.enabled.set(props.service, resource);
            if (typeOf(opts.parent) === "slipway:index:Environment") {
                this.services.set(props.service, resource);
            }
        }
        return true;
    }

    /** What a resource waits for. */
    async needsOf(registration: Registration): Promise<pulumi.Resource[]> {
        // Loaded only by programs with such resources.
        const { apiOfType }: typeof import("../facts/apis") = require("../facts/apis");
        const service = this.services.get(apiOfType(registration.type) ?? "");
        const needed = [
            ...(service && (await isInProjectOf(service, registration, this.all)) ? [service] : []),
            ...(startsAsAccount(registration.type) ? await this.grantsOf(registration) : []),
        ];
        // Whatever itself waits for the resource would wait forever.
        const added = needed.filter((each) => !this.waitsFor(each, registration.resource, new Set()));
        this.added.set(registration.resource, added);
        return added;
    }

    /** The grants of components to the accounts that a resource names. */
    private async grantsOf(registration: Registration): Promise<pulumi.Resource[]> {
        const inputs = [registration, ...this.templatesOf(registration)].flatMap(({ props }) =>
            inputsOf(props, ofAccount),
        );
        const accounts = await accountsIn(inputs);
        const members = await Promise.all(this.grants.map((each) => this.membersOf(each)));
        return this.grants.flatMap(({ resource }, index) =>
            [...(members[index] ?? [])].some((member) => accounts.has(member)) ? [resource] : [],
        );
    }

    /** The accounts that a grant names, which are read once for all resources, unless they can become known later. */
    private membersOf({ resource, props }: Registration): Promise<Set<unknown>> {
        const known = this.members.get(resource);
        if (known) {
            return known;
        }
        const inputs = inputsOf(props, ofMember);
        const members = accountsIn(inputs);
        this.members.set(resource, members);
        void members.then((all) => {
            if ([...all].filter((each) => typeof each === "string").length < inputs.length) {
                this.members.delete(resource);
            }
        });
        return members;
    }

    /** The templates of machines, which name the account instead of the group that starts them. */
    private templatesOf({ props }: Registration): Registration[] {
        return inputsOf(props, anyKey, true)
            .flatMap(resourcesIn)
            .flatMap((resource) => this.all.get(resource) ?? [])
            .filter(({ type }) => /^gcp:compute\/\w*InstanceTemplate:/i.test(type));
    }

    /** Whether a resource is registered only after the other resource. */
    private waitsFor(resource: pulumi.Resource, other: pulumi.Resource, seen: Set<pulumi.Resource>): boolean {
        if (resource === other) {
            return true;
        }
        if (seen.has(resource)) {
            return false;
        }
        seen.add(resource);
        const { props = {}, opts } = this.all.get(resource) ?? {};
        const {
            dependsOn,
            parent,
            provider,
            providers,
            deletedWith,
            replaceWith,
        }: pulumi.CustomResourceOptions & pulumi.ComponentResourceOptions = opts ?? {};
        // A resource that depends on a component depends on its children.
        const needed = [props, dependsOn, deletedWith, replaceWith]
            .flatMap((each) => inputsOf(each, anyKey, true))
            .flatMap(resourcesIn);
        const others = inputsOf([parent, provider, providers], anyKey, true).flatMap(resourcesIn);
        const added = this.added.get(resource) ?? [];
        return [...needed, ...needed.flatMap((each) => this.descendants(each)), ...others, ...added].some((each) =>
            this.waitsFor(each, other, seen),
        );
    }

    private descendants(resource: pulumi.Resource): pulumi.Resource[] {
        return pulumi.ComponentResource.isInstance(resource) && typeOf(resource) !== "pulumi:pulumi:Stack"
            ? (this.children.get(resource) ?? []).flatMap((each) => [each, ...this.descendants(each)])
            : [];
    }
}

const anyKey = /./;
const ofAccount = /serviceAccount/i;
const ofMember = /^(members?|userByEmail|iamMember)$/;

/** The parts of inputs whose path has a matching key: resources, outputs and plain values. */
function inputsOf(value: unknown, key: RegExp, isMatched = false): unknown[] {
    if (Array.isArray(value)) {
        return value.flatMap((each) => inputsOf(each, key, isMatched));
    }
    if (isPlainObject(value)) {
        return Object.entries(value).flatMap(([name, each]) => inputsOf(each, key, isMatched || key.test(name)));
    }
    return isMatched ? [value] : [];
}

function resourcesIn(value: unknown): pulumi.Resource[] {
    if (pulumi.Resource.isInstance(value)) {
        return [value];
    }
    return pulumi.Output.isInstance(value) ? resourcesOf(value) : [];
}

/** The accounts that values name: resources of the program, whose email is only known later, and emails. */
async function accountsIn(values: unknown[]): Promise<Set<unknown>> {
    const resources = values.flatMap(resourcesIn).filter((each) => typeOf(each) === accountType);
    const texts = await Promise.all(values.map(knownNow));
    const emails = texts.flatMap((text) => (typeof text === "string" ? (text.match(accountEmail) ?? []) : []));
    return new Set([...resources, ...emails]);
}

const immediately = () => new Promise<undefined>((resolve) => setImmediate(resolve, undefined));

/** The value of an input, if it is known without waiting for a resource. */
const knownNow = (value: unknown): unknown =>
    pulumi.Output.isInstance(value) ? Promise.race([valueIfKnown(value), immediately()]) : value;

/** Whether a resource can be in the project of an API: it is not if both projects are known, and differ. */
async function isInProjectOf(
    service: pulumi.Resource,
    { type, props, opts }: Registration,
    all: ReadonlyMap<pulumi.Resource, Registration>,
): Promise<boolean> {
    const provider = providerOf(type, opts);
    const project = await knownNow(
        props.project ?? provider?.["project" as never] ?? (await settingsOf(undefined)).project,
    );
    return typeof project !== "string" || project === all.get(service)?.props.project;
}

const registeredBy = (stack: pulumi.Resource) => stateOfProgram("slipway.registered", stack, () => new Registered());

/** The resources that enable APIs, by API, as far as the program has come. */
export const enabledApis = (stack: pulumi.Resource): ReadonlyMap<string, pulumi.Resource> =>
    registeredBy(stack).enabled;

/** Lets a resource of no component wait for the APIs and roles that components make for it, also for what later components make. */
export const waitForComponents: pulumi.ResourceTransformation = (args) => {
    const stack = pulumi.runtime.getStackResource();
    const isNew = stack && registeredBy(stack).add(args);
    if (!isNew || !args.type.startsWith("gcp:") || args.type === serviceType || componentOf(args.opts.parent)) {
        return undefined;
    }
    const needed = immediately().then(() => registeredBy(stack).needsOf(args));
    // The SDK also accepts promises of lists here, which its types do not show.
    const dependsOn = [args.opts.dependsOn ?? [], needed].flat() as pulumi.CustomResourceOptions["dependsOn"];
    return { props: args.props, opts: { ...args.opts, dependsOn } };
};
