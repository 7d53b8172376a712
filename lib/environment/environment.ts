import { getProjectOutput } from "@pulumi/gcp/organizations/getProject";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { Service } from "@pulumi/gcp/projects/service";
import { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity";
import { Provider } from "@pulumi/gcp/provider";
import * as pulumi from "@pulumi/pulumi";
import { type Capability, type Grant, withoutCode } from "../internal/access/capability";
import { projectRoles } from "../internal/access/projectRole";
import { roleGrant } from "../internal/access/roles";
import { labelValue } from "../internal/arguments/labels";
import { shortName } from "../internal/arguments/names";
import { tried } from "../internal/arguments/trial";
import { currentProgram, typeOf } from "../internal/engine/pulumiSdk";
import { type CrossProject, crossing } from "../stack/crossing";
import { type EnvironmentDefaults, type EnvironmentKind, environmentDefaults } from "../stack/settings/defaults";
import type { EnvironmentEntry } from "../stack/settings/entries";
import { readSettings } from "../stack/settings/settings";
import { guardTransformations, registerGuard } from "../stack/transformations";
import { warnOfForbiddenLogs } from "./logsPolicy";
import { release } from "./promotion/releases";
import { agentMember } from "./serviceAgents";

/** The environments of this process by program. */
const environments = new WeakMap<object, Environment>();

/**
 * The environment of a stack: one Google Cloud project, with a region, labels and the defaults of its kind. Components use it
 * automatically; a program needs it only to read its fields.
 * @example
 * ```ts
 * const environment = Environment.current();
 * new PubSubTopic("sales", { retention: environment.kind === "production" ? "31 days" : "1 day" });
 * ```
 */
export class Environment extends pulumi.ComponentResource {
    /** The project ID. */
    readonly project: string;
    /** The region of regional resources. */
    readonly region: string;
    /** The kind of the environment. */
    readonly kind: EnvironmentKind;
    /** The defaults of component arguments. */
    readonly defaults: EnvironmentDefaults;
    /** All environments of `slipway:environments`, by stack name. */
    readonly environments: Readonly<Record<string, EnvironmentEntry>>;
    /** The provider of all components' children, which sets the label `environment`. */
    readonly provider: Provider;

    private knownNumber?: pulumi.Output<string>;
    private readonly enablesApis: boolean;
    private readonly shared = new Map<string, pulumi.Resource>();
    private logsPolicy?: Promise<void>;

    /** Returns the environment of the running program, read from the stack configuration on the first call. */
    static current(): Environment {
        const program = currentProgram();
        let current = environments.get(program);
        if (!current) {
            current = new Environment(pulumi.getStack());
            environments.set(program, current);
        }
        return current;
    }

    private constructor(stack: string) {
        const settings = readSettings(stack);
        registerGuard();
        super("slipway:index:Environment", stack, {}, { transformations: guardTransformations() });
        this.project = settings["gcp:project"];
        this.region = settings["gcp:region"];
        this.kind = settings["slipway:kind"];
        this.environments = settings["slipway:environments"] ?? {};
        const defaults = environmentDefaults[this.kind];
        this.defaults =
            settings["slipway:protection"] === "off"
                ? { ...defaults, protect: false, protectKeys: false, databaseProtection: "none", forceDestroy: true }
                : defaults;
        this.enablesApis = settings["slipway:enableApis"] ?? true;
        this.provider = new Provider(
            stack,
            { project: this.project, region: this.region, defaultLabels: { environment: labelValue(stack) } },
            { parent: this },
        );
        this.role = projectRoles(this.project);
        this.registerOutputs({ project: this.project, region: this.region, kind: this.kind });
    }

    /** Resolves the arguments of a component. A preview notes what production would refuse of them. @internal */
    resolved<Resolved>(resolve: (environment: Environment) => Resolved): Resolved {
        if (this.kind === "production" || !pulumi.runtime.isDryRun()) {
            return resolve(this);
        }
        const {
            noteRefused,
            observed,
        }: typeof import("../stack/settings/production") = require("../stack/settings/production");
        const own = this.defaults;
        const read = new Set<keyof EnvironmentDefaults>();
        const resolved = this.resolvedWith(observed(own, read), resolve);
        const { production } = environmentDefaults;
        if ([...read].some((key) => own[key] !== production[key])) {
            noteRefused((defaults) => tried(() => this.resolvedWith(defaults, resolve)), own);
        }
        return resolved;
    }

    private resolvedWith<Resolved>(
        defaults: EnvironmentDefaults,
        resolve: (environment: Environment) => Resolved,
    ): Resolved {
        const own = this.defaults;
        Object.assign(this, { defaults });
        try {
            return resolve(this);
        } finally {
            Object.assign(this, { defaults: own });
        }
    }

    /** The project number. @internal */
    get number(): pulumi.Output<string> {
        const dependsOn = this.enable("cloudresourcemanager.googleapis.com");
        this.knownNumber ??= getProjectOutput(
            { projectId: this.project },
            { ...this.childOptions(), dependsOn },
        ).number;
        return this.knownNumber;
    }

    /**
     * The release that the stack runs, for a stack output: the SHA-256 of each component's source `archive` or `image`. An
     * environment that promotes this one accepts only what ran here.
     */
    get release(): pulumi.Output<Record<string, Record<string, string>>> {
        return release(this);
    }

    /**
     * Enables APIs of the project, each once per program, and returns resources to depend on. An API stays enabled when the
     * stack is destroyed, as other stacks may use it. Does nothing if `slipway:enableApis` is false.
     */
    enable(...apis: string[]): pulumi.Resource[] {
        return this.enablesApis ? apis.map((api) => this.api(api)) : [];
    }

    /**
     * A role on the whole project, for {@link allow} and `uses`: a predefined role such as `roles/bigquery.user`, or a custom one,
     * `projects/acme-dev/roles/modelReader`. The consumer receives the project ID.
     */
    readonly role: (role: string) => Capability;

    /**
     * Grants a role on the project, or a component's capability, to the service agent of an API, after creating the agent. Each
     * grant is created once per program, and stays when the stack is destroyed, as other stacks of the project may need it.
     *
     * @param crossProject the environments whose projects may contain the resource of the grant
     */
    grantAgent(
        api: string,
        granted: string | Pick<Capability, "grants">,
        crossProject?: CrossProject,
    ): pulumi.Resource[] {
        const options = {
            ...this.childOptions(),
            transformations: crossings(crossProject),
            dependsOn: this.enable(api),
            retainOnDelete: true,
        };
        const grants = typeof granted === "string" ? [this.onProject(granted)] : withoutCode(granted);
        return this.grantShared(`${shortName(api)}-agent`, () => this.agent(api, options), grants, options);
    }

    /** Grants a bucket's capability to the group that writes usage logs of Cloud Storage. */
    grantLogs({ grants }: Pick<Capability, "grants">, crossProject?: CrossProject): pulumi.Input<pulumi.Resource>[] {
        const options = { ...this.childOptions(), transformations: crossings(crossProject), retainOnDelete: true };
        const group = "group:cloud-storage-analytics@google.com";
        this.logsPolicy ??= warnOfForbiddenLogs(this.project);
        const checked = this.logsPolicy;
        return this.grantShared("storage-logs", () => group, grants, options).map((grant) => checked.then(() => grant));
    }

    /**
     * Grants a bucket's capability to the service agent of load balancers, once per program.
     *
     * @param after the backend bucket, with the first of which Google Cloud creates the agent
     * @param crossProject the environments whose projects may contain the bucket
     */
    grantLoadBalancer(
        { grants }: Pick<Capability, "grants">,
        after: pulumi.Resource[],
        crossProject?: CrossProject,
    ): pulumi.Resource[] {
        const options = { ...this.childOptions(), transformations: crossings(crossProject), dependsOn: after };
        const agent = () => {
            const { number } = getProjectOutput({ projectId: this.project }, this.childOptions());
            return pulumi.interpolate`serviceAccount:service-${number}@https-lb.iam.gserviceaccount.com`;
        };
        return this.grantShared("load-balancers", agent, grants, options);
    }

    /**
     * Grants a capability to the writer of log sinks, a service agent that all sinks of the project share: once per program, and kept when the
     * stack is destroyed, as another stack of the project may have a sink there.
     *
     * @param writer the writer of a sink, with the first of which Google Cloud creates the agent
     * @param crossProject the environments whose projects may contain the destination
     */
    grantLogSink(
        { grants }: Pick<Capability, "grants">,
        writer: pulumi.Output<string>,
        crossProject?: CrossProject,
    ): pulumi.Resource[] {
        const options = { ...this.childOptions(), transformations: crossings(crossProject), retainOnDelete: true };
        return this.grantShared("log-sinks", () => writer, grants, options);
    }

    /** Creates the service agent of an API, so that policies can name it. It is kept when the stack is destroyed. */
    makeAgent(api: string): pulumi.Resource[] {
        const options = { ...this.childOptions(), dependsOn: this.enable(api), retainOnDelete: true };
        return [this.identity(api, options)];
    }

    private grantShared(
        whose: string,
        member: () => pulumi.Input<string>,
        grants: readonly Grant[],
        options: pulumi.CustomResourceOptions,
    ): pulumi.Resource[] {
        return grants.map((grant) => {
            return this.once(`${whose}-${grant.name}`, (name) => grant.to(name, member(), options));
        });
    }

    private onProject(role: string): Grant {
        return roleGrant(role.split(/[./]/).at(-1) as string, role, IAMMember, { project: this.project });
    }

    private agent(api: string, options: pulumi.CustomResourceOptions): pulumi.Output<string> {
        const { retainOnDelete: _, transformations: __, ...invokeOptions } = options;
        return agentMember(this.project, api, invokeOptions, () => this.identity(api, options));
    }

    private identity(api: string, options: pulumi.CustomResourceOptions): ServiceIdentity {
        const made = this.once(`${shortName(api)}-agent`, (name) => {
            return new ServiceIdentity(name, { project: this.project, service: api }, options);
        });
        return made as ServiceIdentity;
    }

    private api(api: string): pulumi.Resource {
        return this.once(shortName(api), (name) => {
            const args = { project: this.project, service: api, disableOnDestroy: false };
            return new Service(name, args, this.childOptions());
        });
    }

    private once(name: string, make: (name: string) => pulumi.Resource): pulumi.Resource {
        const made = this.shared.get(name) ?? make(name);
        this.shared.set(name, made);
        return made;
    }

    /** The options of resources that belong to no component. @internal */
    childOptions(): pulumi.CustomResourceOptions {
        return { parent: this, provider: this.provider };
    }
}

/**
 * The options of a component: its children use the environment's provider, unless it or its parent has one, and may reference
 * the projects of `crossProject`.
 */
export function inEnvironment(
    options: pulumi.ComponentResourceOptions = {},
    crossProject?: CrossProject,
): pulumi.ComponentResourceOptions {
    const { provider, providers = {}, ...others } = options;
    const explicitProviders = [provider, ...Object.values(providers)].filter((one) => one !== undefined);
    const isExplicit = explicitProviders.some((one) => typeOf(one) === "pulumi:providers:gcp");
    const hasProvider = isExplicit || options.parent?.getProvider("gcp:index:any");
    return {
        ...(hasProvider ? options : { ...others, providers: [...explicitProviders, Environment.current().provider] }),
        transformations: [
            ...crossings(crossProject),
            ...(options.transformations ?? []),
            ...guardTransformations(options.parent),
        ],
    };
}

/** The transformations that allow references to the projects of these environments. */
export function crossings(crossProject?: CrossProject): pulumi.ResourceTransformation[] {
    return crossProject === undefined ? [] : [crossing(...[crossProject].flat())];
}
