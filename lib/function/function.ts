import { Function as CloudFunction } from "@pulumi/gcp/cloudfunctionsv2/function";
import { ServiceIamMember } from "@pulumi/gcp/cloudrunv2/serviceIamMember";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import { type Capability, capability, use } from "../identity/capability";
import { childrenOf } from "../internal/children";
import { accountId } from "../internal/names";
import { type Decided, decided, type ServerlessFunctionArgs } from "./arguments";
import { type Build, build } from "./build";
import { type Events, events } from "./events";
import { eventTrigger } from "./trigger";

/** The APIs that every function needs, and those that events need beside them. */
const apis = ["artifactregistry", "cloudbuild", "cloudfunctions", "iam", "run", "storage"];
const eventApis = ["eventarc", "pubsub"];

/**
 * A Cloud Run function (Cloud Functions, 2nd gen) from a folder of code. It is built, runs and is called under service
 * accounts of its own, each with the roles it needs and no other; nobody may call it unless its trigger says so.
 */
export class ServerlessFunction extends pulumi.ComponentResource {
    readonly function: CloudFunction;
    /** The account that the code runs as. */
    readonly account: Account;
    /** The archive of the code, the image's repository, and the account that builds. */
    readonly build: Build;
    /** The account by which events come; nothing for a function that answers HTTP. */
    readonly events?: Events;
    /** The address at which the function is called. */
    readonly url: pulumi.Output<string>;
    /** Calls the function; the consumer gets its address. */
    readonly invoker: Capability;

    constructor(name: string, given: ServerlessFunctionArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const args = decided(name, given, environment.defaults);
        super("slipway:index:ServerlessFunction", name, {}, inEnvironment(options));
        const needed = args.trigger.http ? apis : [...apis, ...eventApis];
        const ready = environment.enable(...needed.map((api) => `${api}.googleapis.com`));
        const child = childrenOf(this, args.transform, { dependsOn: ready });

        this.account = new Account(
            ...child("account", `${name}-run`, {
                accountId: accountId(args.name, "run"),
                displayName: `Runs the function ${args.name}`,
            }),
        );
        this.build = build(name, args, child, environment);
        this.events = events(name, args, child, environment);
        const used = use(name, args.uses, this.account.member, { parent: this });
        this.function = new CloudFunction(
            ...child("function", name, this.definition(args, environment, used.environment), {
                dependsOn: [...this.build.grants, ...(this.events?.grants ?? []), ...used.grants],
            }),
        );
        // The address is none, even where a secret among the variables makes a secret of the whole configuration.
        this.url = pulumi.unsecret(this.function.serviceConfig.apply((service) => service?.uri ?? ""));
        this.invoker = capability(name, "roles/run.invoker", ServiceIamMember, this.service(), this.url);
        this.admitCallers(name, args);
        this.registerOutputs({ function: this.function, url: this.url });
    }

    private definition(args: Decided, { region }: Environment, used: Record<string, pulumi.Input<string>>) {
        const { trigger, scaling } = args;
        const { archive, sourceBucket, repository, account } = this.build;
        return {
            name: args.name,
            location: region,
            buildConfig: {
                runtime: args.runtime,
                entryPoint: args.entryPoint,
                serviceAccount: account.name,
                dockerRepository: repository.id,
                source: { storageSource: { bucket: sourceBucket.name, object: archive.name } },
            },
            serviceConfig: {
                serviceAccountEmail: this.account.email,
                environmentVariables: { ...args.environment, ...used },
                availableMemory: args.memory,
                availableCpu: String(args.cpu),
                maxInstanceRequestConcurrency: scaling.concurrency,
                minInstanceCount: scaling.min,
                maxInstanceCount: scaling.max,
                timeoutSeconds: args.timeoutSeconds,
                ingressSettings: isPublic(args) ? "ALLOW_ALL" : "ALLOW_INTERNAL_AND_GCLB",
                allTrafficOnLatestRevision: true,
            },
            eventTrigger: this.events && eventTrigger(trigger, region, this.events.account.email),
            labels: args.labels,
        };
    }

    /** The Cloud Run service under the function, on which it is decided who may call it. */
    private service() {
        const { project, location, name } = this.function;
        return { project, location, name };
    }

    private admitCallers(name: string, args: Decided): void {
        const admit = (caller: string, member: pulumi.Input<string>) => {
            const grant = { ...this.service(), role: "roles/run.invoker", member };
            new ServiceIamMember(`${name}-invoker-${caller}`, grant, { parent: this });
        };
        if (this.events) {
            admit("trigger", this.events.account.member);
        }
        if (isPublic(args)) {
            admit("public", "allUsers");
        }
    }
}

function isPublic({ trigger }: Decided): boolean {
    return trigger.http?.public === true;
}
