import { Function as CloudFunction, type FunctionArgs } from "@pulumi/gcp/cloudfunctionsv2/function";
import { getFunction } from "@pulumi/gcp/cloudfunctionsv2/getFunction";
import { ServiceIamMember } from "@pulumi/gcp/cloudrunv2/serviceIamMember";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../component/component";
import { idOfKey } from "../component/encryption";
import { Environment, inEnvironment } from "../environment/environment";
import { type Existing, type ExistingRegionalArgs, lookUp, type Place, requireKnown } from "../environment/existing";
import { type Artifact, oncePromoted, published } from "../environment/promotion";
import { nameFormats } from "../facts/names";
import { accountOf } from "../iam/accountOf";
import { databases, databaseVariables } from "../iam/cloudSql";
import type { ServerlessAttachment } from "../iam/serverless/attachments";
import { createEventCaller, type EventCaller, eventApis } from "../iam/serverless/events";
import { egressNat, networkApis, networkGrants } from "../iam/serverless/vpcAccess";
import type { AccountReference } from "../iam/serviceAccount";
import { type Capability, type Used, use } from "../internal/access/capability";
import { rolesOn, sharedOffers } from "../internal/access/roles";
import { deferredError } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import { cpusOf } from "../internal/arguments/cpus";
import { secondsIn } from "../internal/arguments/duration";
import { quantityOf } from "../internal/arguments/size";
import { DynamicProvider } from "../internal/engine/dynamic";
import { recordOpenByDefault } from "../internal/network/ingress";
import { alertsOfRuns } from "../monitoring/alerts/componentAlerts";
import { signalsOfRunService } from "../monitoring/signals/serving";
import type { Schedule } from "../scheduler";
import { cronOptions } from "../scheduler/job";
import { createArchive } from "./archive";
import { type Build, buildConfig, createBuild } from "./build";
import { type ResolvedArgs, resolveArgs, type ServerlessFunctionArgs, workloadOf } from "./functionArgs";
import { databaseWay, networkConfig } from "./network";
import { PublicAccess } from "./publicAccess";
import { lifecycleWarning } from "./runtime";
import { secretConfig } from "./secrets";
import { eventTrigger, eventTriggerOf, ingressSettings, isOpenByDefault } from "./trigger";

/** The APIs of every function. */
const apis = ["artifactregistry", "cloudbuild", "cloudfunctions", "iam", "run", "storage"];

/** The service agents that use the {@link https://cloud.google.com/functions/docs/securing/cmek encryption key}. */
const encryptionAgents = ["artifactregistry", "cloudfunctions", "eventarc", "run", "storage"];

/** A function that exists already. */
export interface ExistingFunction extends Existing, Pick<ServerlessFunction, "url" | "invoker" | "role"> {}

/** The Cloud Run service of a function, which has its IAM policy. */
type FunctionService = Record<"project" | "location" | "name", pulumi.Output<string>>;

/** The capabilities of a function. */
function offers(name: string, service: FunctionService, url: pulumi.Output<string>) {
    const { offered, role } = rolesOn(name, ServiceIamMember, service, url);
    return { invoker: offered("roles/run.invoker"), role };
}

/**
 * A Cloud Run function (Cloud Functions, 2nd gen) from a folder of code. The build, the code and the trigger each have their own service
 * account with only the roles that it needs. Only the trigger and consumers of `invoker` can call the function.
 * @example
 * ```ts
 * const models = new StorageBucket("models");
 * const predict = new ServerlessFunction("predict", {
 *     source: "./predict",
 *     trigger: { http: { public: true } },
 *     uses: { MODELS: models.reader },
 * });
 * ```
 */
export class ServerlessFunction extends pulumi.ComponentResource {
    /** The function itself. */
    readonly function: CloudFunction;
    /** The service account of the code. */
    readonly account: AccountReference;
    /** The archive of the code, the image repository, and the service account of the build. */
    readonly build: Build;
    /** The service account of the Eventarc trigger; undefined for HTTP and scheduled functions. */
    readonly events?: EventCaller;
    /** The schedule of a schedule trigger. */
    readonly schedule?: Schedule;
    /** The URL of the function. */
    readonly url: pulumi.Output<string>;
    /** Grants calling the function; the consumer receives its URL. */
    readonly invoker: Capability;
    /** A capability of any role on the function's Cloud Run service, for roles that no other one has; the consumer receives the URL. */
    readonly role: (role: string) => Capability;

    /**
     * A function that exists already and is not managed by the stack, which only grants access to it:
     * `ServerlessFunction.existing("predict")`. The preview fails if there is none.
     */
    static existing(name: string, args: ExistingRegionalArgs = {}): ExistingFunction {
        requireKnown("ServerlessFunction", name, args);
        const format = check.nameOf(nameFormats.rows.function);
        const find = async (place: Place, options: pulumi.InvokeOptions) => {
            const { serviceConfigs } = await getFunction({ name, ...place }, options);
            return { ...place, name, url: serviceConfigs[0]?.uri ?? "" };
        };
        const path = ["project", "location", "name", "url"] as const;
        const { url, ...service } = lookUp("ServerlessFunction", name, format, args, find, ...path);
        return { existing: "ServerlessFunction", url, ...sharedOffers(offers(name, service, url)) };
    }

    constructor(name: string, args: ServerlessFunctionArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        const archive = createArchive(resolved.files);
        const code = artifact(name, archive.hash);
        super(
            "slipway:index:ServerlessFunction",
            name,
            {},
            oncePromoted(environment, code, inEnvironment(options, resolved.crossProject)),
        );
        this.warn(name, resolved);
        if (isOpenByDefault(resolved.trigger)) {
            recordOpenByDefault(this, `the http trigger of ServerlessFunction "${name}"`);
        }
        const { child, observe } = component(this, name, resolved, {
            apis: apisOf(resolved),
            encryptedBy: encryptionAgents.map(apiName),
        });

        this.account = accountOf(name, resolved, child, { part: "run", does: `Runs the function ${resolved.name}` });
        this.build = createBuild(name, resolved, archive, child, environment);
        const trigger = eventTriggerOf(resolved.trigger);
        this.events =
            trigger &&
            createEventCaller(name, { kind: "function", name: resolved.name }, [trigger], child, environment);
        const used = use(name, resolved.uses, this.account.member, { parent: this }, resolved.account);
        const { account, build, events } = this;
        const parts = { account, build, events, used };
        this.function = new CloudFunction(
            ...child("function", name, functionArgs(resolved, parts), {
                dependsOn: [
                    ...build.grants,
                    ...(events?.grants ?? []),
                    ...networkGrants(resolved, environment),
                    ...egressNat(workloadOf(name), resolved.network),
                    ...used.grants,
                ],
                // Cloud Functions refuses to change a function between HTTP and events.
                replacementTrigger: events ? "events" : "http",
                deleteBeforeReplace: true,
            }),
        );
        // A secret among the variables makes the whole configuration secret; the URL is not.
        this.url = pulumi.unsecret(this.function.serviceConfig.apply((service) => service?.uri ?? ""));
        ({ invoker: this.invoker, role: this.role } = offers(name, this.service(), this.url));
        this.grantInvokers(name, resolved);
        this.schedule = createSchedule(name, resolved, this);
        published(environment, code, this, deployed(name, this.function));
        observe("Serving", signalsOfRunService(resolved.name, resolved.scaling.max), args.alerts);
        this.registerOutputs({ function: this.function, url: this.url });
    }

    private warn(name: string, { runtime }: ResolvedArgs): void {
        const warning = lifecycleWarning(runtime);
        if (warning) {
            pulumi.log.warn(`ServerlessFunction "${name}": ${warning}`, this);
        }
    }

    /** The Cloud Run service of the function, which has its IAM policy. */
    private service() {
        const { project, location, name } = this.function;
        return { project, location, name };
    }

    private grantInvokers(name: string, { trigger }: ResolvedArgs): void {
        const grantInvoker = (caller: string, member: pulumi.Input<string>) => {
            const grant = { ...this.service(), role: "roles/run.invoker", member };
            new ServiceIamMember(`${name}-invoker-${caller}`, grant, { parent: this });
        };
        if (this.events) {
            grantInvoker("trigger", this.events.account.member);
        }
        if (trigger.http?.public) {
            const { project, location, name: service } = this.service();
            const inputs = { project, location, service, deployed: this.function.updateTime };
            const provider = new DynamicProvider(name, { parent: this });
            new PublicAccess(`${name}-public`, inputs, { parent: this, provider });
        }
    }
}

/** The code, for promotion between environments. */
function artifact(component: string, hash: string): Artifact {
    return { type: "ServerlessFunction", component, path: "source", kind: "archive", digest: `sha256:${hash}` };
}

/**
 * The function, once it is deployed. Fails if its deployment failed, and warns at preview, because the update can correct it: after a
 * failed creation, Pulumi {@link https://github.com/pulumi/pulumi/issues/17949 finds nothing to change}.
 */
function deployed(component: string, resource: CloudFunction): pulumi.Output<pulumi.Resource[]> {
    return pulumi.all([resource.state, resource.urn]).apply(([state, urn]): pulumi.Resource[] => {
        if (state === "FAILED") {
            const reason = `is in state FAILED, because its last deployment failed. Run 'pulumi up --replace ${urn}', or change its code or arguments.`;
            const title = `ServerlessFunction "${component}"`;
            if (!pulumi.runtime.isDryRun()) {
                throw deferredError(title, [check.problem("", "functions/state-failed", reason)]);
            }
            pulumi.log.warn(`${title}: ${reason}`);
        }
        return [resource];
    });
}

const apiName = (api: string) => `${api}.googleapis.com`;

function apisOf({ trigger, network, binaryAuthorization }: ResolvedArgs): string[] {
    const needed = [
        ...apis,
        ...(eventTriggerOf(trigger) ? eventApis : []),
        ...networkApis(network),
        ...(binaryAuthorization === undefined ? [] : ["binaryauthorization"]),
    ];
    return needed.map(apiName);
}

/** Creates the schedule of a schedule trigger. */
function createSchedule(
    component: string,
    { name, region, trigger, timeout, alerts }: ResolvedArgs,
    parent: ServerlessFunction,
): Schedule | undefined {
    if (trigger.schedule === undefined) {
        return undefined;
    }
    const args = {
        ...cronOptions(trigger.schedule),
        name: `${name}-schedule`,
        region,
        call: parent,
        // A call past its time limit would still run, beside its retry or the next call.
        timeout: secondsIn(timeout) < 15 ? "15 seconds" : timeout,
        alerts: alertsOfRuns(alerts),
    } as const;
    const { Schedule }: typeof import("../scheduler/schedule") = require("../scheduler/schedule");
    return new Schedule(`${component}-schedule`, args, { parent });
}

/** The child resources that the function refers to, and the capabilities that it uses. */
interface Parts {
    account: AccountReference;
    build: Build;
    events?: EventCaller;
    used: Used<ServerlessAttachment>;
}

/** The arguments of the function resource. */
function functionArgs(args: ResolvedArgs, parts: Parts) {
    const { region } = args;
    const events = eventTriggerOf(args.trigger);
    return {
        name: args.name,
        location: region,
        description: args.description,
        buildConfig: buildConfig(args, parts.build),
        serviceConfig: serviceConfig(args, parts),
        eventTrigger: events && parts.events && eventTrigger(events, region, parts.events.account.email),
        kmsKeyName: idOfKey(args.encryptionKey),
        labels: args.labels,
    } satisfies FunctionArgs;
}

function serviceConfig(args: ResolvedArgs, { account, used }: Parts) {
    const { secretEnvironmentVariables, secretVolumes } = secretConfig(used.attachments);
    const connections = databaseVariables(databases(used.attachments), account.member, databaseWay);
    return {
        serviceAccountEmail: account.email,
        environmentVariables: { ...args.env, ...used.env, ...connections },
        secretEnvironmentVariables: nonEmpty(secretEnvironmentVariables),
        secretVolumes: nonEmpty(secretVolumes),
        availableMemory: quantityOf(args.memory),
        availableCpu: String(cpusOf(args.cpu)),
        maxInstanceRequestConcurrency: args.scaling.concurrency,
        minInstanceCount: args.scaling.min,
        maxInstanceCount: args.scaling.max,
        timeoutSeconds: secondsIn(args.timeout),
        ingressSettings: ingressSettings(args.trigger),
        ...networkConfig(args.network),
        binaryAuthorizationPolicy: args.binaryAuthorization,
        allTrafficOnLatestRevision: true,
    };
}

const nonEmpty = <Item>(list: Item[]) => (list.length > 0 ? list : undefined);
