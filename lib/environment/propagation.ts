import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import { waitClock } from "../internal/clock";

/**
 * New APIs, service accounts and grants take effect after minutes, and Google's provider does not wait for it. Components repeat calls that Google Cloud
 * refuses meanwhile, and delay those that cannot be repeated. They only wait for what the running update has created.
 */

/** In seconds: {@link https://docs.cloud.google.com/iam/docs/access-change-propagation "typically 2 minutes"}. */
const grantDelay = 120;

const grant = /I[aA][mM](Member|Binding|Policy)$/;
const api = /^gcp:projects\/service:Service$/;
const account = /^gcp:(serviceaccount\/account:Account|projects\/serviceIdentity:ServiceIdentity)$/;

/**
 * Types whose operation needs the permissions of service accounts, to build, start or encrypt something. If it fails, the resource may
 * exist, so that the call cannot be repeated.
 */
const delayed = new RegExp(
    `^gcp:(${[
        "appengine/(flexible|standard)AppVersion:\\w+",
        "artifactregistry/repository:Repository",
        "cloudfunctionsv2/function:Function",
        "composer/environment:Environment",
        "container/cluster:Cluster",
        "sql/databaseInstance:DatabaseInstance",
        "workflows/workflow:Workflow",
    ].join("|")})$`,
);

/** An error of a call that was refused and had no effect. */
interface Refusal {
    error: RegExp;
    what: string;
}

const refusals: Refusal[] = [
    // https://cloud.google.com/apis/docs/troubleshooting#api_not_enabled
    { error: /has not been used in project \S+ before or it is disabled/, what: "a new API is" },
    // https://github.com/hashicorp/terraform-provider-google/issues/8333
    { error: /Unable to retrieve P4SA/, what: "App Engine's new service agent is" },
    // https://github.com/hashicorp/terraform-provider-google/issues/25294
    {
        error: /Permission denied while using the Eventarc Service Agent/,
        what: "new permissions of Eventarc's service agent are",
    },
    // https://cloud.google.com/pubsub/docs/create-bigquery-subscription#assign_bigquery_service_account
    {
        error: /Service account \S+ is missing permissions required to write/,
        what: "new permissions of Pub/Sub's service agent are",
    },
    // https://github.com/hashicorp/terraform-provider-google/issues/9535
    { error: /does not have permission to publish messages to/, what: "new permissions of a service agent are" },
    // https://cloud.google.com/composer/docs/composer-2/troubleshooting-environment-creation
    {
        error: /API Service Agent Extension role might be missing/,
        what: "new permissions of Composer's service agent are",
    },
    // https://github.com/googleapis/google-cloud-python/issues/9359
    {
        error: /P4 service account needs iam\.serviceAccounts\.getAccessToken/,
        what: "new permissions of BigQuery Data Transfer's service agent are",
    },
    // https://cloud.google.com/kms/docs/troubleshooting
    { error: /Cloud KMS|KMS key|useToEncrypt|CryptoKey Encrypter/, what: "new permissions of a service agent are" },
];

/**
 * The errors of services that do not know an account yet, as of "Service account … does not exist" or "… (or it may not exist)".
 * https://cloud.google.com/iam/docs/service-accounts-create
 */
const unknownAccount: Refusal = {
    error: /not exist|not found|not authorized to act as/,
    what: "a new service account is",
};

/** In seconds. */
const repeats = { first: 5, max: 60, total: 300 };

/** The waits of a program. */
class Waits {
    /** When APIs, accounts and grants were created, by URN. */
    private readonly created = new Map<string, number>();
    /** The emails of new accounts. */
    private readonly accounts = new Set<string>();
    private readonly refused = new Map<string, number>();
    private readonly known = new WeakSet<pulumi.Resource>();
    /** The end of the wait that was announced last. */
    private announced = 0;
    private delayed = 0;

    private readonly afterCreate = new pulumi.ResourceHook(
        "slipway: note new APIs, accounts and grants",
        ({ urn, type, newOutputs }) => {
            this.created.set(urn, waitClock().now());
            if (account.test(type) && newOutputs?.email) {
                this.accounts.add(newOutputs.email);
            }
        },
    );
    // Older versions of Pulumi have no such hooks: users run `pulumi up` again instead.
    private readonly onError = supported().supportsErrorHooks
        ? [
              new pulumi.ErrorHook(
                  "slipway: repeat refused calls",
                  AsyncResource.bind((args) => this.repeat(args)),
              ),
          ]
        : [];

    /** The hooks of a resource, on the first call. */
    hooks({ resource, type, name, opts }: pulumi.ResourceTransformationArgs): pulumi.ResourceHookBinding {
        if (this.known.has(resource)) {
            return {};
        }
        this.known.add(resource);
        return {
            onError: this.onError,
            ...([grant, api, account].some((each) => each.test(type)) && { afterCreate: [this.afterCreate] }),
            ...(delayed.test(type) && this.delay(name, opts)),
        };
    }

    /** Hooks that wait for the grants that a resource depends on. */
    private delay(name: string, { dependsOn }: pulumi.ResourceOptions): pulumi.ResourceHookBinding {
        const grants = [dependsOn].flat().filter((each) => pulumi.Resource.isInstance(each) && isGrant(each));
        const hook = new pulumi.ResourceHook(
            `slipway: wait for new permissions of ${name} (${++this.delayed})`,
            AsyncResource.bind(() => this.wait(name, grants as pulumi.Resource[])),
        );
        return { beforeCreate: [hook], beforeUpdate: [hook] };
    }

    private async wait(name: string, grants: pulumi.Resource[]): Promise<void> {
        const clock = waitClock();
        const urns = await Promise.all(grants.map(urnOf));
        const created = urns.map((urn) => this.created.get(urn)).filter((time) => time !== undefined);
        const ms = Math.max(0, ...created.map((time) => time + grantDelay * 1000 - clock.now()));
        if (ms > 0) {
            this.announce(name, ms);
            await clock.sleep(ms);
        }
    }

    /** Logs without the resource: its registration waits for this hook, and a log about it for the registration. */
    private announce(name: string, ms: number): void {
        const end = Math.round((waitClock().now() + ms) / 10_000);
        if (end > this.announced) {
            this.announced = end;
            pulumi.log.info(`${name}: waiting ${Math.ceil(ms / 1000)} s for new permissions to take effect`);
        }
    }

    private refusal(error: string): Refusal | undefined {
        const isAboutNew = [...this.accounts].some((email) => error.includes(email));
        return [...refusals, ...(isAboutNew ? [unknownAccount] : [])].find((each) => each.error.test(error));
    }

    private async repeat({ urn, name, errors: [error = "", ...earlier] }: pulumi.ErrorHookArgs): Promise<boolean> {
        const refusal = this.refusal(error);
        // A failed operation, whose codes are those of gRPC, has created something.
        if (!refusal || /Error code \d+, message/.test(error) || this.created.size === 0) {
            return false;
        }
        const clock = waitClock();
        const since = this.refused.get(urn) ?? clock.now();
        this.refused.set(urn, since);
        const left = since / 1000 + repeats.total - clock.now() / 1000;
        if (left <= 0) {
            return false;
        }
        const seconds = Math.ceil(Math.min(repeats.first * 2 ** earlier.length, repeats.max, left));
        pulumi.log.info(
            `${name}: ${refusal.what} not effective yet; repeating the call in ${seconds} s, for up to 5 minutes`,
        );
        await clock.sleep(seconds * 1000);
        return true;
    }
}

/** What the engine supports; the SDK does not declare it in its types. */
const supported = (): { supportsResourceHooks: boolean; supportsErrorHooks: boolean } =>
    Reflect.get(state, "getStore")();

const isGrant = (resource: object) => grant.test(String(Reflect.get(resource, "__pulumiType")));
const urnOf = (resource: pulumi.Resource) => new Promise<string>((resolve) => resource.urn.apply(resolve));

/** By stack. Global, because the names of hooks are unique in a program, which can load several copies of this library. */
const programs = Symbol.for("slipway.waits");

function waitsOf(program: pulumi.Resource): Waits {
    const all: WeakMap<object, Waits> = Reflect.get(globalThis, programs) ?? new WeakMap();
    Reflect.set(globalThis, programs, all);
    const waits = all.get(program) ?? new Waits();
    all.set(program, waits);
    return waits;
}

/** Adds the hooks to a resource. */
export const waitForPermissions: pulumi.ResourceTransformation = (args) => {
    const stack = pulumi.runtime.getStackResource();
    const monitor = pulumi.runtime.getMonitor() as object | undefined;
    // Mocks of unit tests do not support hooks.
    if (
        !stack ||
        !monitor ||
        !("registerResourceHook" in monitor) ||
        !supported().supportsResourceHooks ||
        !/^(gcp|pulumi-nodejs):/.test(args.type)
    ) {
        return undefined;
    }
    const hooks: Record<string, unknown[]> = { ...args.opts.hooks };
    for (const [name, added] of Object.entries(waitsOf(stack).hooks(args))) {
        hooks[name] = [...(hooks[name] ?? []), ...added];
    }
    return { props: args.props, opts: { ...args.opts, hooks } };
};
