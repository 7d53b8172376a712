import { FlexibleAppVersion, type FlexibleAppVersionArgs } from "@pulumi/gcp/appengine/flexibleAppVersion";
import { StandardAppVersion, type StandardAppVersionArgs } from "@pulumi/gcp/appengine/standardAppVersion";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerImage } from "../../artifactregistry";
import type { Environment } from "../../environment/environment";
import { type Artifact, published } from "../../environment/promotion";
import { type Database, databases } from "../../iam/cloudSql";
import type { AccountReference } from "../../iam/serviceAccount";
import { type Grant, type Uses, use } from "../../internal/access/capability";
import { roleGrant, roleName } from "../../internal/access/roles";
import { canonicalJson } from "../../internal/arguments/json";
import { accountId, accountTitle, hashOf } from "../../internal/arguments/names";
import { type Child, childrenOf } from "../../internal/engine/children";
import { type Ingress, recordOpenByDefault } from "../../internal/network/ingress";
import { networkSettings } from "../../internal/network/networkOf";
import { Network } from "../../network/network";
import type { Enqueued } from "../calls/queues";
import { type Application, Rollout } from "../dynamic";
import {
    configuredNetwork,
    type FlexibleParts,
    flexibleDefinition,
    type NetworkReference,
    networkInRegion,
} from "../flexible";
import { ingressSettings } from "../ingress";
import type { SourceBucket } from "../source";
import { type StandardParts, standardDefinition } from "../standard";
import { createConnector } from "./connector";
import { databaseEnvironment, databaseNetwork, socketConnectionNames } from "./database";
import type { ResolvedService } from "./serviceArgs";
import { resolveUses, serviceUrl } from "./uses";

/** A deployed service of an application. */
export interface AppEngineService {
    /** The service account of the code. */
    readonly account: AccountReference;
    /** The version that the program deploys. */
    readonly version: StandardAppVersion | FlexibleAppVersion;
    /** The version's id: `v` and eight digits of the hash of its content. */
    readonly versionId: pulumi.Output<string>;
    /** The URL of the version, independent of its traffic. */
    readonly versionUrl: pulumi.Output<string>;
    /** The URL of the service. */
    readonly url: pulumi.Output<string>;
    /** The traffic of the service's versions. */
    readonly rollout: Rollout;
    /** Where requests may come from. */
    readonly ingress: Ingress;
}

/** What the services of an application share. */
interface ServiceContext {
    component: string;
    parent: pulumi.ComponentResource;
    environment: Environment;
    application: Application;
    /** The options of dynamic resources. */
    dynamic: Pick<pulumi.CustomResourceOptions, "provider">;
    source?: SourceBucket;
    queues: Readonly<Record<string, Enqueued>>;
    /** The resources to wait for before a version is created. */
    ready: pulumi.Resource[];
    /** The application's region. */
    region: string;
}

/** Registers the services, by name. App Engine requires a version of `default` before any other service. */
export function appEngineServices(
    services: ResolvedService[],
    context: ServiceContext,
): Record<string, AppEngineService> {
    const registered: Record<string, AppEngineService> = {};
    for (const service of services) {
        const first = registered.default ? [registered.default.version] : [];
        registered[service.key] = appEngineService(service, context, first);
    }
    return registered;
}

/** Registers a service: its service account, files, version, traffic and ingress. */
function appEngineService(
    service: ResolvedService,
    context: ServiceContext,
    before: pulumi.Resource[],
): AppEngineService {
    const { key, traffic, keep } = service;
    const { component, parent, environment, application, source } = context;
    const name = `${component}-${key}`;
    const child = childrenOf(parent, service.transform, { dependsOn: context.ready });
    const isBuilt = service.digest !== undefined;
    const { account, accountId, grants } = createServiceAccount(component, service, context, child);
    const { member } = account;
    const image = resolveImage(service);
    const uses = resolveUses(service.uses, application, context.queues);
    const used = use(name, uses, member, { parent }, service.account);
    const pulls: Uses = image.registry ? { IMAGE: image.registry.reader } : {};
    const { grants: pullGrants } = use(name, pulls, member, { parent }, service.account);
    const { files, objects } = source && isBuilt ? source.upload(service.files) : { files: [], objects: [] };
    const all = databases(used.attachments);
    const network = resolveNetwork(component, service, all, context.region);
    const parts = {
        account,
        accountId,
        files,
        env: { ...service.env, ...used.env, ...databaseEnvironment(all, account.member) },
        connector: createConnector(name, service, context, child),
        image: image.reference,
        cloudSqlInstances: socketConnectionNames(all),
        network,
    };
    const gateways = network?.nat ? [network.nat] : [];
    const after = [application, ...before, ...objects, ...grants, ...pullGrants, ...used.grants, ...gateways];
    const version = createVersion(name, service, parts, child, after);
    const versionId = version.versionId.apply((id) => id as string);
    const { ingress } = service;
    if (service.isOpenByDefault) {
        recordOpenByDefault(version, `services.${key} of AppEngineApp "${component}"`);
    }
    const networkSettings = ingressSettings(name, key, ingress, child, version);
    const rollout = new Rollout(
        ...child(
            "rollout",
            name,
            { project: environment.project, service: key, latest: versionId, ...traffic, keep },
            { ...context.dynamic, dependsOn: [version, ...networkSettings], protect: environment.defaults.protect },
        ),
    );
    image.component?.ranBy(rollout);
    if (isBuilt) {
        published(environment, artifact(component, service), parent, [rollout]);
    }
    const url = serviceUrl(key, application);
    return {
        account,
        version,
        versionId,
        rollout,
        ingress,
        // The URL resolves once the traffic is set.
        url: pulumi.all([url, rollout.id]).apply(([it]) => it),
        versionUrl: pulumi.all([url, versionId]).apply(([it, id]) => it.replace("https://", `https://${id}-dot-`)),
    };
}

/** The image, and its registry if it is part of the program. */
function resolveImage({ image }: ResolvedService) {
    const component = pulumi.Resource.isInstance(image) ? (image as ContainerImage) : undefined;
    const reference = component?.reference ?? (image as pulumi.Input<string> | undefined);
    return { component, reference, registry: component?.registry };
}

/** The network of a flexible service: its own, otherwise the network of its databases, otherwise the environment's. */
function resolveNetwork(
    component: string,
    { settings }: ResolvedService,
    all: Database[],
    region: string,
): NetworkReference | undefined {
    if (!settings.flexible) {
        return undefined;
    }
    const consumer = `AppEngineApp "${component}"`;
    const { addresses } = networkSettings(settings.network);
    return (
        configuredNetwork(consumer, settings.network, region) ??
        databaseNetwork(consumer, all, region, addresses) ??
        networkInRegion(consumer, Network.shared(), region, addresses)
    );
}

/** The artifact that is promoted from one environment to the next. */
export function artifact(component: string, { key, digest }: ResolvedService): Artifact {
    return {
        type: "AppEngineApp",
        component: `${component}-${key}`,
        path: `services.${key}.source`,
        kind: "archive",
        digest: `sha256:${digest}`,
    };
}

/**
 * Project roles: for {@link https://cloud.google.com/build/docs/cloud-build-service-account builds}, which run as the
 * version's own service account, and for the logs and metrics of
 * {@link https://cloud.google.com/appengine/docs/flexible/dotnet/user-managed-service-accounts flexible instances}.
 */
const buildRoles = ["roles/artifactregistry.createOnPushWriter", "roles/logging.logWriter"];

const flexibleRoles = ["roles/logging.logWriter", "roles/monitoring.metricWriter"];

/** The grants on the buckets of an application's code, once per application. */
const codeGrants = new WeakMap<SourceBucket, Record<string, Grant>>();

/**
 * App Engine copies the files to the application's staging bucket. The build reads them from there, and writes its log there.
 */
function grantsOfCode(component: string, source: SourceBucket, staging: pulumi.Output<string>): Record<string, Grant> {
    const on = (part: string, role: string, bucket: pulumi.Output<string>) => {
        return { [part]: roleGrant(`${component}-${part}`, role, BucketIAMMember, { bucket }) };
    };
    const grants = codeGrants.get(source) ?? {
        ...on("source", "roles/storage.objectViewer", source.bucket.name),
        ...on("staging", "roles/storage.objectUser", staging),
        ...on("staging-bucket", "roles/storage.legacyBucketReader", staging),
    };
    codeGrants.set(source, grants);
    return grants;
}

/** Creates the service account of a service, unless it has one, and grants what a version needs before it is created. */
function createServiceAccount(
    component: string,
    { key, digest, settings, account: given }: ResolvedService,
    { source, application, environment }: ServiceContext,
    child: Child,
): { account: AccountReference; accountId: string; grants: pulumi.Resource[] } {
    const name = `${component}-${key}`;
    const isBuilt = digest !== undefined;
    const roles = new Set([...(isBuilt ? buildRoles : []), ...(settings.flexible ? flexibleRoles : [])]);
    const all: Record<string, Grant> = {
        ...Object.fromEntries(
            [...roles].flatMap((role) => environment.role(role).grants.map((grant) => [roleName(role), grant])),
        ),
        ...(isBuilt && source ? grantsOfCode(component, source, application.codeBucket) : {}),
    };
    if (given) {
        return { account: given.account, accountId: given.accountId, grants: Object.values(all).map(given.grant) };
    }
    const id = accountId(name, "app");
    const account = new Account(
        ...child("account", name, { accountId: id, displayName: accountTitle(`Runs the App Engine service ${key}`) }),
    );
    const grants = Object.entries(all).map(([part, { to }]) => {
        const [grantName, , options] = child("grant", `${name}-${part}`, {});
        return to(grantName, account.member, options);
    });
    return { account, accountId: id, grants };
}

type VersionArgs = StandardAppVersionArgs | FlexibleAppVersionArgs;

/** The resources and values that a version refers to. */
interface VersionParts extends StandardParts, Omit<FlexibleParts, "files"> {
    /** The id of the service account, which is known before the account is created. */
    accountId: string;
}

/**
 * Registers the version that the program deploys. A change creates another version and keeps this one. Versions are retained when
 * their resource is deleted; the rollout deletes them after traffic has moved.
 * @param after the resources to wait for
 */
function createVersion(
    name: string,
    { key, settings, digest }: ResolvedService,
    { accountId, ...parts }: VersionParts,
    child: Child,
    after: pulumi.Resource[],
): StandardAppVersion | FlexibleAppVersion {
    const withVersionId = <Args extends object>(definition: Args, options: pulumi.CustomResourceOptions = {}) => {
        const args = { ...definition, service: key };
        const [childName, transformed, childOptions] = child("version", name, args, {
            dependsOn: after,
            retainOnDelete: true,
            ...options,
        });
        const versionId = versionIdOf(transformed, { accountId, digest });
        return [childName, { versionId, ...transformed }, childOptions] as const;
    };
    return settings.flexible
        ? // Versions without traffic are stopped.
          new FlexibleAppVersion(
              ...withVersionId(flexibleDefinition(settings, parts), { ignoreChanges: ["servingStatus"] }),
          )
        : new StandardAppVersion(...withVersionId(standardDefinition(settings, parts)));
}

/**
 * The id of a version: `v` and eight digits of the hash of its content. The same content has the same id on every machine. It
 * is part of a URL, in which all names share 63 characters.
 */
function versionIdOf(
    args: Partial<VersionArgs>,
    content: { accountId: string; digest?: string },
): pulumi.Output<string> {
    const { deployment, serviceAccount: _, ...settings } = args;
    const container = pulumi
        .output<object | undefined>(deployment)
        .apply((settings) => ({ ...settings, files: undefined }));
    return pulumi.unsecret(
        pulumi.output({ ...settings, container, ...content }).apply((known) => {
            return `v${hashOf(canonicalJson(known), 8)}`;
        }),
    );
}
