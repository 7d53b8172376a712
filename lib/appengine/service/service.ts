import type { FlexibleAppVersion } from "@pulumi/gcp/appengine/flexibleAppVersion";
import { ServiceNetworkSettings } from "@pulumi/gcp/appengine/serviceNetworkSettings";
import type { StandardAppVersion } from "@pulumi/gcp/appengine/standardAppVersion";
import type { Account } from "@pulumi/gcp/serviceaccount/account";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerImage } from "../../container";
import type { Environment } from "../../environment/environment";
import { type Artifact, published } from "../../environment/promotion";
import { use } from "../../identity/capability";
import { type Database, databases } from "../../identity/cloudSql";
import { childrenOf } from "../../internal/children";
import { Network } from "../../network";
import type { Enqueued } from "../calls/queues";
import { type Application, Rollout } from "../dynamic";
import { type NetworkPlace, placeIn, placeOf } from "../flexible";
import type { Source } from "../source";
import { serviceAccount } from "./account";
import { connectorOf } from "./connector";
import { connections, placeBeside, socketsOf } from "./database";
import type { DecidedService } from "./decided";
import { addressOf, resolved } from "./uses";
import { deployedVersion } from "./version";

/** A service of an application, as it is deployed. */
export interface AppEngineService {
    /** The account that its code runs as. */
    readonly account: Account;
    /** The version that the program deploys. */
    readonly version: StandardAppVersion | FlexibleAppVersion;
    /** Its id: `v` and eight digits of the hash of what it is made of. */
    readonly versionId: pulumi.Output<string>;
    /** Where that version answers, whatever traffic it has. */
    readonly versionUrl: pulumi.Output<string>;
    /** Where the service answers, by the versions that have traffic. */
    readonly url: pulumi.Output<string>;
    /** The traffic of its versions. */
    readonly rollout: Rollout;
}

/** What services have in common. */
interface Shared {
    component: string;
    parent: pulumi.ComponentResource;
    environment: Environment;
    application: Application;
    /** The options of what is dynamic. */
    dynamic: Pick<pulumi.CustomResourceOptions, "provider">;
    source?: Source;
    queues: Readonly<Record<string, Enqueued>>;
    /** What must be there before a version is made. */
    ready: pulumi.Resource[];
    /** The region in which the application is. */
    region: string;
}

/** Registers the services, by name. App Engine takes no other before it has a version of `default`. */
export function appEngineServices(services: DecidedService[], shared: Shared): Record<string, AppEngineService> {
    const made: Record<string, AppEngineService> = {};
    for (const service of services) {
        const first = made.default ? [made.default.version] : [];
        made[service.key] = appEngineService(service, shared, first);
    }
    return made;
}

/** Registers a service: its account, its files, its version, and then what it serves. */
function appEngineService(service: DecidedService, shared: Shared, before: pulumi.Resource[]): AppEngineService {
    const { key, settings, traffic, keep } = service;
    const { component, parent, environment, application, source } = shared;
    const name = `${component}-${key}`;
    const child = childrenOf(parent, service.transform, { dependsOn: shared.ready });
    const isBuilt = service.digest !== undefined;
    const isFlexible = settings.env === "flex";
    const { account, accountId, grants } = serviceAccount(
        component,
        key,
        { isBuilt, isFlexible },
        source,
        child,
        environment,
    );
    const used = use(name, resolved(service.uses, application, shared.queues), account.member, { parent });
    const image = imageOf(service);
    const { grants: pulls } = use(name, image.registry ? { IMAGE: image.registry.reader } : {}, account.member, {
        parent,
    });
    const { files, objects } = source && isBuilt ? source.uploaded(service.files) : { files: [], objects: [] };
    const all = databases(used.attachments);
    const network = placeOfService(service, all, shared.region);
    const parts = {
        account,
        accountId,
        files,
        environment: { ...service.environment, ...used.environment, ...connections(all, account.member) },
        connector: connectorOf(name, service, shared.region, environment, child),
        image: image.reference,
        cloudSqlInstances: socketsOf(all),
        network,
    };
    const gateways = network?.nat ? [network.nat] : [];
    const after = [application, ...before, ...objects, ...grants, ...pulls, ...used.grants, ...gateways];
    const version = deployedVersion(name, service, parts, child, after);
    const versionId = version.versionId.apply((id) => id as string);
    const settled = ingress(name, key, service.ingress, child, version);
    const rollout = new Rollout(
        ...child(
            "rollout",
            name,
            { project: environment.project, service: key, latest: versionId, ...traffic, keep },
            { ...shared.dynamic, dependsOn: [version, ...settled], protect: environment.defaults.protect },
        ),
    );
    image.component?.ranBy(rollout);
    if (isBuilt) {
        published(environment, artifact(component, service), parent, [rollout]);
    }
    const url = addressOf(key, application);
    return {
        account,
        version,
        versionId,
        rollout,
        // What answers there answers once the traffic is as it is to be.
        url: pulumi.all([url, rollout.id]).apply(([it]) => it),
        versionUrl: pulumi.all([url, versionId]).apply(([it, id]) => it.replace("https://", `https://${id}-dot-`)),
    };
}

/** What runs, with the registry that it is in where the program has it. */
function imageOf({ image }: DecidedService) {
    const component = pulumi.Resource.isInstance(image) ? (image as ContainerImage) : undefined;
    const reference = component?.reference ?? (image as pulumi.Input<string> | undefined);
    return { component, reference, registry: component?.registry };
}

/** Where a flexible service is: in the network that it says, in that of its databases, or else in the environment's own. */
function placeOfService({ settings }: DecidedService, all: Database[], region: string): NetworkPlace | undefined {
    return settings.env === "flex"
        ? (placeOf(settings.network, region) ?? placeBeside(all, region) ?? placeIn(Network.shared(), region))
        : undefined;
}

/** The code of a service, as it goes from one environment to the next. */
export function artifact(component: string, { key, digest }: DecidedService): Artifact {
    return {
        type: "AppEngineApp",
        component: `${component}-${key}`,
        path: `services.${key}.source`,
        kind: "archive",
        digest: `sha256:${digest}`,
    };
}

const ingresses: Record<DecidedService["ingress"], string> = {
    all: "INGRESS_TRAFFIC_ALLOWED_ALL",
    "internal-only": "INGRESS_TRAFFIC_ALLOWED_INTERNAL_ONLY",
    "internal-and-cloud-load-balancing": "INGRESS_TRAFFIC_ALLOWED_INTERNAL_AND_LB",
};

/** From where requests reach the service, which is there with its first version. */
function ingress(
    name: string,
    service: string,
    from: DecidedService["ingress"],
    child: ReturnType<typeof childrenOf>,
    version: pulumi.Resource,
): pulumi.Resource[] {
    const args = { service, networkSettings: { ingressTrafficAllowed: ingresses[from] } };
    return [new ServiceNetworkSettings(...child("ingress", name, args, { dependsOn: version }))];
}
