import { Function as CloudFunction } from "@pulumi/gcp/cloudfunctionsv2/function";
import { ServiceIamMember } from "@pulumi/gcp/cloudrunv2/serviceIamMember";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import { type Artifact, oncePromoted, published } from "../environment/promotion";
import { type Capability, capability, use } from "../identity/capability";
import { encryptionGrants } from "../identity/encryption";
import { childrenOf } from "../internal/children";
import { accountId } from "../internal/names";
import type { Schedule } from "../workflow";
import { archived } from "./archive";
import type { ServerlessFunctionArgs } from "./arguments";
import { type Build, build } from "./build";
import { type Decided, decided } from "./decided";
import { definition } from "./definition";
import { type Events, events } from "./events";
import { networkApis, networkGrants } from "./network";
import { lifecycleWarning } from "./runtime";
import { scheduled } from "./schedule";
import { eventsOf } from "./trigger";

/** The APIs that every function needs, and those that events need beside them. */
const apis = ["artifactregistry", "cloudbuild", "cloudfunctions", "iam", "run", "storage"];
const eventApis = ["eventarc", "pubsub"];

/** Whose agents encrypt: "Protect your data with CMEK". */
const encrypting = ["artifactregistry", "cloudfunctions", "eventarc", "run", "storage"];

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
    /** The account by which events come; nothing for a function that answers requests. */
    readonly events?: Events;
    /** The schedule that calls it, if that is its trigger. */
    readonly schedule?: Schedule;
    /** The address at which the function is called. */
    readonly url: pulumi.Output<string>;
    /** Calls the function; the consumer gets its address. */
    readonly invoker: Capability;

    constructor(name: string, given: ServerlessFunctionArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const args = decided(name, given, environment);
        const archive = archived(args.files);
        const code = artifact(name, archive.hash);
        super(
            "slipway:index:ServerlessFunction",
            name,
            {},
            oncePromoted(environment, code, inEnvironment(options, args.crossProject)),
        );
        this.tell(name, args);
        const ready = [
            ...environment.enable(...apisOf(args)),
            ...encryptionGrants(environment, name, args, ...encrypting.map(named)),
        ];
        const child = childrenOf(this, args.transform, { dependsOn: ready });

        this.account = new Account(
            ...child("account", `${name}-run`, {
                accountId: accountId(args.name, "run"),
                displayName: `Runs the function ${args.name}`,
            }),
        );
        this.build = build(name, args, archive, child, environment);
        this.events = events(name, args, child, environment);
        const used = use(name, args.uses, this.account.member, { parent: this });
        const { account, build: built, events: called } = this;
        const parts = { account, build: built, events: called, used };
        this.function = new CloudFunction(
            ...child("function", name, definition(args, parts, environment), {
                dependsOn: [
                    ...this.build.grants,
                    ...(this.events?.grants ?? []),
                    ...networkGrants(args, environment),
                    ...used.grants,
                ],
                // A function that answers HTTP cannot become one that handles events: the service refuses the update.
                replacementTrigger: this.events ? "events" : "http",
                deleteBeforeReplace: true,
            }),
        );
        // The address is none, even where a secret among the variables makes a secret of the whole configuration.
        this.url = pulumi.unsecret(this.function.serviceConfig.apply((service) => service?.uri ?? ""));
        this.invoker = capability(name, "roles/run.invoker", ServiceIamMember, this.service(), this.url);
        this.admitCallers(name, args);
        this.schedule = scheduled(name, args, this);
        published(environment, code, this, [this.function]);
        this.registerOutputs({ function: this.function, url: this.url });
    }

    private tell(name: string, { runtime }: Decided): void {
        const warning = lifecycleWarning(runtime);
        if (warning) {
            pulumi.log.warn(`ServerlessFunction "${name}": ${warning}`, this);
        }
    }

    /** The Cloud Run service under the function, on which it is decided who may call it. */
    private service() {
        const { project, location, name } = this.function;
        return { project, location, name };
    }

    private admitCallers(name: string, { trigger }: Decided): void {
        const admit = (caller: string, member: pulumi.Input<string>) => {
            const grant = { ...this.service(), role: "roles/run.invoker", member };
            new ServiceIamMember(`${name}-invoker-${caller}`, grant, { parent: this });
        };
        if (this.events) {
            admit("trigger", this.events.account.member);
        }
        if (trigger.http?.public) {
            admit("public", "allUsers");
        }
    }
}

/** The code, as it goes from one environment to the next. */
function artifact(component: string, hash: string): Artifact {
    return { type: "ServerlessFunction", component, path: "source", kind: "archive", digest: `sha256:${hash}` };
}

const named = (api: string) => `${api}.googleapis.com`;

function apisOf({ trigger, network, binaryAuthorization }: Decided): string[] {
    const needed = [
        ...apis,
        ...(eventsOf(trigger) ? eventApis : []),
        ...networkApis(network),
        ...(binaryAuthorization === undefined ? [] : ["binaryauthorization"]),
    ];
    return needed.map(named);
}
