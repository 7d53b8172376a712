import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { waitClock } from "../internal/clock";
import { supportsHooks } from "../internal/hooks";
import { holds, type KnownError, refusals, unknownAccount } from "./refusals";

/**
 * New APIs, service accounts and grants take effect after minutes, and Google's provider does not wait for it. Components repeat calls that
 * Google Cloud refuses meanwhile, and delay those that cannot be repeated. They only wait for what the running update has created.
 */

/** In seconds: {@link https://docs.cloud.google.com/iam/docs/access-change-propagation "typically 2 minutes"}. */
const grantDelay = 120;

const grant = /I[aA][mM](Member|Binding|Policy)$/;
/** APIs, and metrics of log entries. */
const api = /^gcp:(projects\/service:Service|logging\/metric:Metric)$/;
const account = /^gcp:(serviceaccount\/account:Account|projects\/serviceIdentity:ServiceIdentity)$/;

/**
 * Types whose operation needs the permissions of service accounts, to build, start or encrypt something. If it fails, the resource may
 * exist, so that the call cannot be repeated.
 */
const delayed = new RegExp(
    `^(pulumi-nodejs:dynamic/(data:DataflowRun|model:(BatchPrediction|Deployments|Pipeline(Run|Schedule)|TrainingJob))|gcp:(${[
        "appengine/(flexible|standard)AppVersion:\\w+",
        "artifactregistry/repository:Repository",
        "cloudfunctionsv2/function:Function",
        "cloudrunv2/(job:Job|service:Service|workerPool:WorkerPool)",
        "composer/environment:Environment",
        "compute/(instance:Instance|regionInstanceGroupManager:\\w+)",
        "container/cluster:Cluster",
        "sql/databaseInstance:DatabaseInstance",
        "vertex/aiEndpoint:AiEndpoint",
        "workflows/workflow:Workflow",
    ].join("|")}))$`,
);

/** In seconds. A wait is a quarter of the time that has passed at most, or `often`, as what takes effect late is late by seconds. */
const repeats = { first: 5, often: 15, max: 60, total: 300 };

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
    private readonly onError = [
        new pulumi.ErrorHook(
            "slipway: repeat refused calls",
            AsyncResource.bind((args) => this.repeat(args)),
        ),
    ];

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
        const grants = [dependsOn]
            .flat()
            .filter((each) => pulumi.Resource.isInstance(each) && isGrant(each) && !usedLater.has(each));
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

    private refusal(error: string): KnownError | undefined {
        const isAboutNew = [...this.accounts].some((email) => error.includes(email));
        return [...refusals, ...(isAboutNew ? [unknownAccount] : [])].find((each) => each.error.test(error));
    }

    private async repeat({ urn, name, errors: [error = "", ...earlier] }: pulumi.ErrorHookArgs): Promise<boolean> {
        const hold = holds.find((each) => each.error.test(error));
        if (hold) {
            pulumi.log.info(`${name}: ${hold.what}; run this command again then`);
        }
        const refusal = this.refusal(error);
        // A failed operation, whose codes are those of gRPC, has created something.
        if (!refusal || /Error code \d+, message/.test(error) || this.created.size === 0) {
            return false;
        }
        const clock = waitClock();
        const since = this.refused.get(urn) ?? clock.now();
        this.refused.set(urn, since);
        const total = refusal.total ?? repeats.total;
        const passed = (clock.now() - since) / 1000;
        const left = total - passed;
        if (left <= 0) {
            return false;
        }
        const longest = Math.min(Math.max(repeats.often, passed / 4), repeats.max, left);
        const seconds = Math.ceil(Math.min(repeats.first * 2 ** earlier.length, longest));
        pulumi.log.info(
            `${name}: ${refusal.what} not effective yet; repeating the call in ${seconds} s, for up to ${total / 60} minutes`,
        );
        await clock.sleep(seconds * 1000);
        return true;
    }
}

const usedLater = new WeakSet<object>();

/** A grant that must exist before a resource is created, which uses it only minutes later: nobody waits for its effect. */
export function withoutWait(grant: pulumi.Resource): pulumi.Resource {
    usedLater.add(grant);
    return grant;
}

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
    if (!stack || !supportsHooks() || !/^(gcp|pulumi-nodejs):/.test(args.type)) {
        return undefined;
    }
    const hooks: Record<string, unknown[]> = { ...args.opts.hooks };
    for (const [name, added] of Object.entries(waitsOf(stack).hooks(args))) {
        hooks[name] = [...(hooks[name] ?? []), ...added];
    }
    return { props: args.props, opts: { ...args.opts, hooks } };
};
