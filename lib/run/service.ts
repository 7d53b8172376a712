import { getService } from "@pulumi/gcp/cloudrunv2/getService";
import { Service, type ServiceArgs } from "@pulumi/gcp/cloudrunv2/service";
import { ServiceIamMember } from "@pulumi/gcp/cloudrunv2/serviceIamMember";
import { Trigger } from "@pulumi/gcp/eventarc/trigger";
import { WebCloudRunServiceIamMember } from "@pulumi/gcp/iap/webCloudRunServiceIamMember";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerImage } from "../artifactregistry";
import { component } from "../component/component";
import { Environment, inEnvironment } from "../environment/environment";
import { type Existing, type ExistingRegionalArgs, lookUp, type Place, requireKnown } from "../environment/existing";
import { nameFormats } from "../facts/names";
import { iapRole } from "../iam/iapMember";
import { createEventCaller, type EventCaller, eventApis } from "../iam/serverless/events";
import type { AccountReference } from "../iam/serviceAccount";
import type { Capability } from "../internal/access/capability";
import { rolesOn, sharedOffers, withValue } from "../internal/access/roles";
import { argumentsError, deferredError, programPlace } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import { inSeconds } from "../internal/arguments/duration";
import { recordImages } from "../internal/arguments/image";
import { shortenName } from "../internal/arguments/names";
import { isDeferred } from "../internal/arguments/value";
import type { Child } from "../internal/engine/children";
import { recordOpenByDefault } from "../internal/network/ingress";
import { signalsOfRunService } from "../monitoring/signals/serving";
import { ingressValues } from "./access";
import { buildImage } from "./code";
import { probeArgs, readinessArgs } from "./health";
import { logsOfFailure } from "./logs";
import { type RegionalName, regionalNames } from "./regions";
import { lookUpService, revisionName } from "./revision";
import { scalingArgs } from "./scaling";
import { type CloudRunServiceArgs, type ResolvedArgs, resolveArgs, serviceWorkload } from "./serviceArgs";
import { trafficArgs } from "./traffic";
import { triggerArgs } from "./triggers";
import {
    binaryAuthorizationArgs,
    createAccount,
    environmentArgs,
    imagesOf,
    networkNeeds,
    type RunWorkload,
    runWorkload,
    sharedNeeds,
    templateArgs,
} from "./workload";

/** A service that exists already. */
export interface ExistingService extends Existing, Pick<CloudRunService, "url" | "invoker" | "role"> {
    /** Where it is, and who reaches it, for a `LoadBalancer`. */
    readonly service: {
        readonly name: pulumi.Output<string>;
        readonly location: pulumi.Output<string>;
        readonly ingress: pulumi.Output<string>;
        readonly defaultUriDisabled: pulumi.Output<boolean>;
    };
}

type ServicePath = Record<"project" | "location" | "name", pulumi.Input<string>>;

/** The capabilities of a service. */
function offers(name: string, service: ServicePath, url: () => pulumi.Output<string>, previous = name) {
    const { offered, role } = rolesOn(name, ServiceIamMember, service, url, () => undefined, previous);
    return { invoker: offered("roles/run.invoker"), role };
}

/** The capabilities of the services in all regions, as one. */
function offersOfAll(
    names: Record<string, RegionalName>,
    services: Record<string, Service>,
    url: () => pulumi.Output<string>,
) {
    const each = Object.entries(services).map(([region, { project, location, name: service }]) => {
        const own = names[region] as RegionalName;
        return offers(own.name, { project, location, name: service }, url, own.previous);
    });
    const [first] = each as [(typeof each)[number]];
    const together = (capabilities: Capability[]): Capability =>
        withValue(url, { grants: capabilities.flatMap(({ grants }) => grants), attachments: [] });
    return each.length === 1
        ? first
        : {
              invoker: together(each.map(({ invoker }) => invoker)),
              role: (role: string) => together(each.map((one) => one.role(role))),
          };
}

/**
 * A Cloud Run service of container images. It runs as its own service account with only the granted roles. Only consumers of `invoker`,
 * its triggers and members of Identity-Aware Proxy can call it. Each change creates a revision, which is named after its content and
 * receives traffic when it is ready. Protected from deletion in production.
 * @example
 * ```ts
 * const models = new StorageBucket("models");
 * const predict = new CloudRunService("predict", {
 *     source: "./predict",
 *     registry: new ContainerRegistry("app"),
 *     uses: { MODELS: models.reader },
 *     scaling: { max: 20 },
 *     public: true,
 * });
 * ```
 */
export class CloudRunService extends pulumi.ComponentResource {
    /** The service; with several `regions`, the service in the first region. */
    readonly service: Service;
    /** The service in each region. */
    readonly services: Readonly<Record<string, Service>>;
    /** The service account of the code. */
    readonly account: AccountReference;
    /** The image that is built from `source`. */
    readonly image?: ContainerImage;
    /** The service account of the triggers. */
    readonly events?: EventCaller;
    /** The Eventarc triggers, by their keys in `triggers`. */
    readonly triggers: Readonly<Record<string, Trigger>>;
    /** Grants calling the service; the consumer receives its URL. */
    readonly invoker: Capability;
    /** A capability of any role on the service, for roles that no other one has; the consumer receives the URL. */
    readonly role: (role: string) => Capability;

    private readonly component: string;
    private readonly tags: readonly string[];
    /** Whether the service has a URL of its own. */
    private readonly hasUrl: boolean;

    /**
     * A service that exists already and is not managed by the stack, which only grants access to it, and which a
     * `LoadBalancer` can lead to: `CloudRunService.existing("web")`. The preview fails if there is none.
     */
    static existing(name: string, args: ExistingRegionalArgs = {}): ExistingService {
        requireKnown("CloudRunService", name, args);
        const format = check.nameOf(nameFormats.rows.cloudRunService);
        const find = async (place: Place, options: pulumi.InvokeOptions) => {
            const { uri, ingress, defaultUriDisabled } = await getService({ name, ...place }, options);
            return { ...place, name, uri, ingress, defaultUriDisabled };
        };
        const properties = ["project", "location", "name", "uri", "ingress", "defaultUriDisabled"] as const;
        const found = lookUp("CloudRunService", name, format, args, find, ...properties);
        const { uri: url, ingress, defaultUriDisabled, ...path } = found;
        const service = { name: path.name, location: path.location, ingress, defaultUriDisabled };
        const all = sharedOffers(offers(name, path, () => url));
        return { existing: "CloudRunService", inProject: args.project, url, service, ...all };
    }

    /** The URL on `run.app`. Without one, by `defaultUrl: false`, a preview that needs it fails. */
    get url(): pulumi.Output<string> {
        const place = programPlace();
        const checked = pulumi.output(this.hasUrl).apply((hasUrl) => {
            if (!hasUrl) {
                const reason =
                    "is missing with defaultUrl: false. Remove defaultUrl, or use the URL of a load balancer.";
                const problem = check.problem("url", "run/url-without-default", reason);
                throw deferredError(serviceWorkload(this.component).title, [problem], place);
            }
        });
        return pulumi.all([this.uri, checked]).apply(([uri]) => uri);
    }

    /** The URL, which is empty if the service has none. A secret among the variables makes the whole template secret; the URL is not. */
    private get uri(): pulumi.Output<string> {
        return pulumi.unsecret(this.service.uri).apply((uri) => uri ?? "");
    }

    constructor(name: string, args: CloudRunServiceArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        super("slipway:index:CloudRunService", name, {}, inEnvironment(options, resolved.crossProject));
        this.component = name;
        this.tags = Object.keys(resolved.traffic.tags);
        this.hasUrl = resolved.defaultUrl;
        if (resolved.isOpenByDefault) {
            recordOpenByDefault(this, serviceWorkload(name).title);
        }
        const [first = environment.region] = resolved.regions;

        this.image = buildImage(name, resolved, this);
        const named = serviceWorkload(name);
        const workload = runWorkload(named, resolved, this.image);
        const { apis, encryptedBy } = sharedNeeds(workload, resolved.networks[first]);
        const { child, observe, bindTags } = component(this, name, resolved, {
            apis: [...apis, ...ownApis(resolved)],
            encryptedBy,
        });
        const { account, grants } = createAccount(name, workload, child, this);
        this.account = account;
        const names = regionalNames(name, resolved.regions, args.regions !== undefined);
        const services: Record<string, Service> = {};
        for (const region of resolved.regions) {
            const needs = [...grants, ...networkNeeds(workload, resolved.networks[region], environment)];
            // The service in the first region can replace one that exists in the region of the environment: the new one there comes after it.
            const after = region === environment.region ? Object.values(services) : [];
            services[region] = this.createService(
                names[region] as RegionalName,
                resolved,
                workload,
                region,
                child,
                [...needs, ...after],
                environment,
            );
        }
        this.services = services;
        this.service = services[first] as Service;
        ({ invoker: this.invoker, role: this.role } = offersOfAll(names, services, () => this.url));
        this.grantSignIn(names, resolved, child, environment);
        ({ events: this.events, triggers: this.triggers } = this.createTriggers(name, resolved, child, environment));
        recordImages(imagesOf(workload), ...Object.values(this.services));
        observe(
            "Serving",
            signalsOfRunService(resolved.name, resolved.scaling.instances ?? resolved.scaling.max),
            args.alerts,
        );
        bindTags(this.service);
        this.registerOutputs({ service: this.service, url: this.uri });
    }

    /** The URL of a revision with a tag: one of `traffic.tags`, or `previous` for the one that served before the latest. */
    tagged(tag: string): pulumi.Output<string> {
        const known = [...this.tags, "previous"];
        if (!known.includes(tag)) {
            const reason = `has no tag "${tag}". It has ${known.join(", ")}.`;
            throw argumentsError(`CloudRunService "${this.component}"`, [
                check.problem("traffic.tags", "run/traffic-tag-unknown", reason),
            ]);
        }
        return this.url.apply((url) => url.replace("https://", `https://${tag}---`));
    }

    private createService(
        { name, previous }: RegionalName,
        resolved: ResolvedArgs,
        workload: RunWorkload,
        region: string,
        child: Child,
        needs: pulumi.Resource[],
        environment: Environment,
    ): Service {
        const { project, defaults } = environment;
        const place = { project, location: region, name: resolved.name };
        const [childName, args, options] = child(
            "service",
            name,
            serviceArgs(resolved, workload, this.account, region, environment),
            {
                dependsOn: needs,
                protect: defaults.protect,
                // Its name stays, so that the next region of the list can be that of the previous one.
                deleteBeforeReplace: true,
                aliases: [{ name: previous }],
                // Tools write their own names there.
                ignoreChanges: ["client", "clientVersion"],
            },
        );
        const deployed = lookUpService(workload.title, place, { parent: this });
        // After the transform, as every part of it belongs to the revision.
        const { template, labels, annotations, scaling } = args as typeof args & { annotations?: object };
        const content = pulumi.output({ template, labels, annotations, scaling });
        const revision = pulumi.unsecret(
            pulumi.all([content, deployed]).apply(([known, before]) => {
                const chosen = (known.template as { revision?: string }).revision;
                return chosen ?? revisionName(resolved.name, known, before);
            }),
        );
        const traffics = pulumi
            .all([revision, deployed])
            .apply(([latest, before]) => trafficArgs(resolved.name, resolved.traffic, latest, before));
        return new Service(
            childName,
            { traffics, ...args, template: withRevision(template, revision) },
            logsOfFailure(workload.title, { project, service: resolved.name }, options),
        );
    }

    /** Lets the members of Identity-Aware Proxy sign in, and the proxy call the service. */
    private grantSignIn(
        names: Record<string, RegionalName>,
        { iap = [] }: ResolvedArgs,
        child: Child,
        environment: Environment,
    ): void {
        if (iap.length === 0) {
            return;
        }
        environment.grantAgent("iap.googleapis.com", this.invoker);
        for (const [region, service] of Object.entries(this.services)) {
            const { name, previous } = names[region] as RegionalName;
            for (const member of iap) {
                const part = `iap-${member.replace(":", "-")}`;
                const { project, location, name: cloudRunServiceName } = service;
                new WebCloudRunServiceIamMember(
                    ...child(
                        "grant",
                        `${name}-${part}`,
                        { project, location, cloudRunServiceName, role: iapRole, member },
                        { aliases: [{ name: `${previous}-${part}` }] },
                    ),
                );
            }
        }
    }

    /** Creates the Eventarc triggers, which call the service as an account that may do only that. */
    private createTriggers(
        name: string,
        { triggers, name: service, labels, regions }: ResolvedArgs,
        child: Child,
        environment: Environment,
    ): Pick<CloudRunService, "events" | "triggers"> {
        const entries = Object.entries(triggers);
        if (entries.length === 0) {
            return { triggers: {} };
        }
        const all = Object.values(triggers);
        const events = createEventCaller(name, { kind: "service", name: service }, all, child, environment);
        const { account } = events;
        // Each event is handled once, in the first region.
        const [region = environment.region] = regions;
        const grants = this.invoker.grants.slice(0, 1).map((grant) => {
            return grant.to(`${name}-trigger-${grant.name}`, account.member, { parent: this });
        });
        const made = entries.map(([key, trigger]) => [
            key,
            new Trigger(
                ...child(
                    "trigger",
                    `${name}-${key}`,
                    triggerArgs(
                        shortenName(`${service}-${key}`, 63),
                        trigger,
                        { name: this.service.name, region },
                        { account: account.email, labels },
                        environment,
                    ),
                    { dependsOn: [...events.grants, ...grants] },
                ),
            ),
        ]);
        return { events, triggers: Object.fromEntries(made) };
    }
}

/** The template with the name of its revision; the rest of it stays known at preview. */
function withRevision<Template extends object>(template: pulumi.Input<Template>, revision: pulumi.Output<string>) {
    return isDeferred(template)
        ? pulumi.output(template).apply((known) => ({ ...known, revision }))
        : { ...(template as Template), revision };
}

function ownApis({ triggers, iap }: ResolvedArgs): string[] {
    const apis = [...(Object.keys(triggers).length > 0 ? eventApis : []), ...(iap ? ["iap"] : [])];
    return apis.map((api) => `${api}.googleapis.com`);
}

/** The arguments of the service resource in a region, but the name of the revision and its traffic. */
function serviceArgs(
    args: ResolvedArgs,
    workload: RunWorkload,
    account: AccountReference,
    region: string,
    environment: Environment,
) {
    return {
        name: args.name,
        location: region,
        project: environment.project,
        description: args.description,
        ingress: ingressValues[args.ingress],
        // Without them the API's own values would show as changes after a refresh.
        invokerIamDisabled: args.public,
        defaultUriDisabled: !args.defaultUrl,
        iapEnabled: args.iap !== undefined,
        customAudiences: args.customAudiences,
        binaryAuthorization: binaryAuthorizationArgs(args),
        // Google has readiness probes only in preview.
        launchStage: args.health.readiness === undefined ? undefined : "BETA",
        labels: args.labels,
        scaling: scalingArgs(args.scaling),
        template: template(args, workload, account, region, environment),
        deletionProtection: environment.defaults.protect,
    } satisfies ServiceArgs;
}

function template(
    args: ResolvedArgs,
    workload: RunWorkload,
    account: AccountReference,
    region: string,
    environment: Environment,
) {
    const { health, port, http2, cpuAlways, startupBoost, scaling } = args;
    const { containers, ...common } = templateArgs(workload, account, args.networks[region], environment);
    const all = containers.map((container, index) => ({
        ...container,
        resources: { ...container.resources, cpuIdle: !cpuAlways, startupCpuBoost: startupBoost },
        livenessProbe: probeArgs(workload.containers[index]?.health.liveness, index === 0 ? port : undefined),
        ...(index === 0 && {
            // The API returns the name of the protocol.
            ports: { containerPort: port, name: http2 ? "h2c" : "http1" },
            readinessProbe: readinessArgs(health.readiness, port),
        }),
    }));
    return {
        containers: all,
        ...common,
        ...environmentArgs(workload, args.executionEnvironment),
        labels: args.labels,
        maxInstanceRequestConcurrency: scaling.concurrency,
        sessionAffinity: args.sessionAffinity,
        timeout: inSeconds(args.timeout),
        // A maximum that is not set would show as a change: Cloud Run calculates one from the project's quota.
        scaling: { minInstanceCount: scaling.revision.min, maxInstanceCount: scaling.revision.max },
    };
}
