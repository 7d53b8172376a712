import { getDefaultServiceAccountOutput } from "@pulumi/gcp/bigquery/getDefaultServiceAccount";
import { getProjectOutput } from "@pulumi/gcp/organizations/getProject";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { Service } from "@pulumi/gcp/projects/service";
import { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity";
import { Provider } from "@pulumi/gcp/provider";
import { getProjectServiceAccountOutput } from "@pulumi/gcp/storage/getProjectServiceAccount";
import * as pulumi from "@pulumi/pulumi";
import type { Capability, Grant } from "../identity/capability";
import { labelValue } from "../internal/labels";
import { shortName } from "../internal/names";
import type { ComponentArgs } from "./component";
import { crossing } from "./crossing";
import { type EnvironmentDefaults, type EnvironmentKind, environmentDefaults } from "./defaults";
import type { EnvironmentEntry } from "./entries";
import { release } from "./promotion/releases";
import { readSettings } from "./settings";
import { watch, watchedByItself } from "./watch";

/** The environments of this process: one for each program that runs in it. */
const environments = new WeakMap<object, Environment>();

/**
 * The environment that a stack is: one Google Cloud project, with the region, the labels and the defaults of what it is
 * for. Components find it by themselves; a program needs it only to read its `project` or `kind`.
 */
export class Environment extends pulumi.ComponentResource {
    /** The id of the Google Cloud project. */
    readonly project: string;
    /** Where regional resources are. */
    readonly region: string;
    /** What the environment is for. */
    readonly kind: EnvironmentKind;
    /** What components do unless their arguments say otherwise. */
    readonly defaults: EnvironmentDefaults;
    /** Every environment of the program, by stack name, as far as `slipway:environments` tells. */
    readonly environments: Readonly<Record<string, EnvironmentEntry>>;
    /** The provider of every component's children; every resource it makes has the label `environment`. */
    readonly provider: Provider;

    private readonly enablesApis: boolean;
    private readonly shared = new Map<string, pulumi.Resource>();

    /** The environment of the running program; read from the stack's configuration at the first call. */
    static current(): Environment {
        const program = pulumi.runtime.getMonitor() ?? environments;
        let current = environments.get(program);
        if (!current) {
            current = new Environment(pulumi.getStack());
            environments.set(program, current);
        }
        return current;
    }

    private constructor(stack: string) {
        const settings = readSettings(stack);
        watch();
        super("slipway:index:Environment", stack, {}, { transformations: watchedByItself() });
        this.project = settings["gcp:project"];
        this.region = settings["gcp:region"];
        this.kind = settings["slipway:kind"];
        this.environments = settings["slipway:environments"] ?? {};
        const defaults = environmentDefaults[this.kind];
        this.defaults =
            settings["slipway:protection"] === "off"
                ? { ...defaults, protect: false, databaseProtection: "none", forceDestroy: true }
                : defaults;
        this.enablesApis = settings["slipway:enableApis"] ?? true;
        this.provider = new Provider(
            stack,
            { project: this.project, region: this.region, defaultLabels: { environment: labelValue(stack) } },
            { parent: this },
        );
        this.registerOutputs({ project: this.project, region: this.region, kind: this.kind });
    }

    /**
     * What the stack runs, to be exported: by component the SHA-256 of its code's `archive` or its `image`. What the
     * environment that promotes this one takes is what ran here.
     */
    get release(): pulumi.Output<Record<string, Record<string, string>>> {
        return release(this);
    }

    /**
     * Enables APIs of the project, each once in a program, and returns what has to be waited for. An API stays on when
     * the stack is destroyed, as others may use it. Nothing happens with `slipway:enableApis` false.
     */
    enable(...apis: string[]): pulumi.Resource[] {
        return this.enablesApis ? apis.map((api) => this.api(api)) : [];
    }

    /**
     * Grants a role on the project, or what a component offers, to the account by which a Google service works in the
     * project, and makes the account first. A grant is made once in a program, and stays when the stack is destroyed, as
     * other stacks of the project may need it. What is granted on may be in the projects to which `crossProject` lets the
     * component refer that needs it.
     */
    grantAgent(
        api: string,
        granted: string | Pick<Capability, "grants">,
        crossProject?: ComponentArgs["crossProject"],
    ): pulumi.Resource[] {
        const options = {
            ...this.childOptions(),
            transformations: crossings(crossProject),
            dependsOn: this.enable(api),
            retainOnDelete: true,
        };
        const grants = typeof granted === "string" ? [this.onProject(granted)] : granted.grants;
        return this.grantShared(`${shortName(api)}-agent`, () => this.agent(api, options), grants, options);
    }

    /** Grants what a bucket offers to the group by which Cloud Storage writes the logs of accesses, as to an agent. */
    grantLogs({ grants }: Pick<Capability, "grants">): pulumi.Resource[] {
        const options = { ...this.childOptions(), retainOnDelete: true };
        return this.grantShared("storage-logs", () => "group:cloud-storage-analytics@google.com", grants, options);
    }

    /** Makes the account by which a Google service works in the project, so that others can name it; it stays, too. */
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
        const { project } = this;
        return {
            name: role.split(/[./]/).at(-1) as string,
            to: (name, member, options) => new IAMMember(name, { project, role, member }, options),
        };
    }

    private agent(api: string, options: pulumi.CustomResourceOptions): pulumi.Output<string> {
        // These two exist beside the agents that a ServiceIdentity makes; asking for one makes it.
        const { retainOnDelete: _, transformations: __, ...invokeOptions } = options;
        const { project } = this;
        if (api === "storage.googleapis.com") {
            return getProjectServiceAccountOutput({ project }, invokeOptions).member;
        }
        if (api === "bigquery.googleapis.com") {
            return getDefaultServiceAccountOutput({ project }, invokeOptions).member;
        }
        // This one comes with its API, and cannot be asked for.
        if (api === "bigquerydatatransfer.googleapis.com") {
            const { number } = getProjectOutput({ projectId: project }, invokeOptions);
            return pulumi.interpolate`serviceAccount:service-${number}@gcp-sa-bigquerydatatransfer.iam.gserviceaccount.com`;
        }
        return this.identity(api, options).member;
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

    private childOptions(): pulumi.CustomResourceOptions {
        return { parent: this, provider: this.provider };
    }
}

/**
 * The options of a component: its children get the environment's provider, unless it or its parent has one, and may refer
 * to the projects of the environments that are named.
 */
export function inEnvironment(
    options: pulumi.ComponentResourceOptions = {},
    crossProject?: ComponentArgs["crossProject"],
): pulumi.ComponentResourceOptions {
    const { provider, providers = {}, ...others } = options;
    const given = [provider, ...Object.values(providers)].filter((one) => one !== undefined);
    const isGiven = given.some((one) => Reflect.get(one, "__pulumiType") === "pulumi:providers:gcp");
    const hasProvider = isGiven || options.parent?.getProvider("gcp:index:any");
    return {
        ...(hasProvider ? options : { ...others, providers: [...given, Environment.current().provider] }),
        transformations: [
            ...crossings(crossProject),
            ...(options.transformations ?? []),
            ...watchedByItself(options.parent),
        ],
    };
}

function crossings(crossProject: ComponentArgs["crossProject"]): pulumi.ResourceTransformation[] {
    return crossProject === undefined ? [] : [crossing(...[crossProject].flat())];
}
