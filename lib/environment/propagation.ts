import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { heldLine } from "../facts/holds";
import { type Creation, creations, propagation } from "../facts/propagation";
import { waitClock } from "../internal/clock";
import { perProgram } from "../internal/perProgram";
import { registered, supportsHooks, typeOf } from "../internal/pulumiSdk";
import { deleteFailed } from "./failedCreation";
import { kmsAgentIn } from "./kmsAgent";
import { providerOf, settingsOf } from "./providerSettings";
import { missingPermission, refusals, repeatSeconds, unknownAccount } from "./refusals";

/**
 * New APIs, service accounts, grants and metrics take effect after minutes, and Google's provider does not wait for it. Components repeat
 * what Google Cloud refuses meanwhile. They wait before they create what is in the table of `lib/facts/propagation.ts` with a reason. They
 * only wait for what the running update has created.
 */

/** With a key handle, Autokey grants a role on the key to the service agent. */
const grant = /I[aA][mM](Member|Binding|Policy)$|:DatasetAccess$|^gcp:kms\/keyHandle:KeyHandle$/;
/** APIs, and metrics of log entries. */
const api = /^gcp:(projects\/service:Service|logging\/metric:Metric)$/;
const account = /^gcp:(serviceaccount\/account:Account|projects\/serviceIdentity:ServiceIdentity)$/;

/** The emails of service accounts and service agents. */
const accountEmail = /[\w.-]+@[\w.-]+\.gserviceaccount\.com/g;

const creationOf = (type: string): Creation | undefined => (creations.rows as Record<string, Creation>)[type];

/** In seconds. A pause is a quarter of the time that has passed at most, or `often`, as what takes effect late is late by seconds. */
const repeats = { first: 5, often: 15, max: 60, reminder: 300 };

/** Why a call was refused, and until when it is repeated, in milliseconds. */
interface Refusal {
    what: string;
    end: number;
}

/** The waits of a program. */
class Waits {
    /** When APIs, accounts and grants were created, by URN. */
    private readonly created = new Map<string, number>();
    /** The emails of new accounts. */
    private readonly accounts = new Set<string>();
    /** When the roles of accounts have changed, by email. */
    private readonly granted = new Map<string, number>();
    private readonly refused = new Map<string, number>();
    /** The providers of resources that are created, by URN. */
    private readonly providers = new Map<string, pulumi.ProviderResource | undefined>();
    private readonly known = new WeakSet<pulumi.Resource>();
    /** What was announced: causes, and resources that wait long. */
    private readonly announcements = new Set<string>();
    /** The end of the wait that was announced last. */
    private announced = 0;
    private delayed = 0;

    private readonly afterChange = new pulumi.ResourceHook(
        "slipway: note new APIs, accounts and grants",
        ({ urn, type, newOutputs = {} }) => {
            const now = waitClock().now();
            this.created.set(urn, now);
            if (newOutputs.email) {
                this.accounts.add(kmsAgentIn(newOutputs.email));
            }
            for (const [email] of grant.test(type) ? JSON.stringify(newOutputs).matchAll(accountEmail) : []) {
                this.granted.set(email, now);
            }
        },
    );
    private readonly onError = [
        new pulumi.ErrorHook(
            "slipway: repeat refused calls",
            AsyncResource.bind((args) => this.repeat(args)),
        ),
    ];

    async registered(): Promise<void> {
        await Promise.all([this.afterChange, ...this.onError].map(registered));
    }

    /** The hooks of a resource, on the first call. */
    hooks({ resource, type, name, opts }: pulumi.ResourceTransformationArgs): pulumi.ResourceHookBinding {
        if (this.known.has(resource)) {
            return {};
        }
        this.known.add(resource);
        return {
            onError: this.onError,
            ...([grant, api, account].some((each) => each.test(type)) && { afterCreate: [this.afterChange] }),
            ...(grant.test(type) && { afterUpdate: [this.afterChange] }),
            ...(creationOf(type)?.wait && this.delay(type, name, opts)),
        };
    }

    /** Hooks that wait for the grants that a resource depends on. */
    private delay(type: string, name: string, options: pulumi.ResourceOptions): pulumi.ResourceHookBinding {
        const { dependsOn } = options;
        const provider = providerOf(type, options);
        const grants = [dependsOn]
            .flat()
            .filter((each) => pulumi.Resource.isInstance(each) && isGrant(each) && !usedLater.has(each));
        const { leaves, updatesOnce } = creationOf(type) as Creation;
        const hook = (operation: string, isOnce = false) =>
            new pulumi.ResourceHook(
                `slipway: wait for new permissions of ${name} (${operation} ${++this.delayed})`,
                AsyncResource.bind(async ({ urn }) => {
                    this.providers.set(urn, provider);
                    await this.wait(name, grants as pulumi.Resource[], isOnce);
                }),
            );
        return {
            beforeCreate: [hook("create", leaves === "stays")],
            beforeUpdate: [hook("update", leaves === "stays" || updatesOnce)],
        };
    }

    /** @param isOnce whether the operation cannot be repeated */
    private async wait(name: string, grants: pulumi.Resource[], isOnce: boolean): Promise<void> {
        const clock = waitClock();
        const { typical, longest } = propagation.rows.grant;
        const urns = await Promise.all(grants.map(urnOf));
        const created = urns.map((urn) => this.created.get(urn)).filter((time) => time !== undefined);
        const ms = Math.max(0, ...created.map((time) => time + (isOnce ? longest : typical) * 1000 - clock.now()));
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

    /** @param since when the call was refused first */
    private refusal(error: string, since: number): Refusal | undefined {
        const known = refusals.find((each) => each.error.test(error));
        if (known?.seconds !== undefined) {
            return { what: known.what, end: since + known.seconds * 1000 };
        }
        const until = (changed: number) => changed + repeatSeconds * 1000;
        const isAboutNew = [...this.accounts].some((email) => error.includes(email));
        if (this.created.size > 0 && (known || (isAboutNew && unknownAccount.error.test(error)))) {
            return { what: (known ?? unknownAccount).what, end: until(Math.max(...this.created.values())) };
        }
        const granted = [...this.granted].filter(([email]) => error.includes(email));
        const [[email, changed] = []] = granted.sort(([, one], [, other]) => other - one);
        return changed !== undefined && missingPermission.test(error)
            ? { what: `new permissions of ${email} are`, end: until(changed) }
            : undefined;
    }

    private async repeat(args: pulumi.ErrorHookArgs): Promise<boolean> {
        const { urn, name, errors } = args;
        const [error = "", ...earlier] = errors;
        const clock = waitClock();
        const held = heldLine(error, "this command", clock);
        if (held !== undefined) {
            pulumi.log.info(held);
        }
        const since = this.refused.get(urn) ?? clock.now();
        const refusal = this.refusal(error, since);
        if (!refusal) {
            return false;
        }
        this.refused.set(urn, since);
        const passed = (clock.now() - since) / 1000;
        const left = (refusal.end - clock.now()) / 1000;
        if (left <= 0 || !(await isRepeatable(args, this.providers.get(urn)))) {
            return false;
        }
        const longest = Math.min(Math.max(repeats.often, passed / 4), repeats.max, left);
        const seconds = Math.ceil(Math.min(repeats.first * 2 ** earlier.length, longest));
        this.explain(name, urn, refusal, left, passed, error);
        await clock.sleep(seconds * 1000);
        return true;
    }

    /** Logs what is waited for, once for each cause, and once more for each resource that waits long. */
    private explain(name: string, urn: string, { what }: Refusal, left: number, passed: number, error: string): void {
        if (!this.announcements.has(what)) {
            this.announcements.add(what);
            const minutes = Math.ceil(left / 60);
            pulumi.log.info(`${name}: ${what} not effective yet; repeating the call for up to ${minutes} minutes`);
        } else if (passed >= repeats.reminder && !this.announcements.has(urn)) {
            this.announcements.add(urn);
            const [line] = error.replace(/^\d+ errors? occurred:\s*\*?\s*/, "").split("\n");
            pulumi.log.info(`${name}: still refused after ${Math.round(passed / 60)} minutes: ${line}`);
        }
    }
}

/** An operation has failed after its call had an effect: such errors have codes of gRPC. */
const isOfOperation = (error: string) => /Error code \d+, message/.test(error);

/** Whether a call can be repeated after an error: it had no effect, or what it has left is deleted. */
async function isRepeatable(
    { type, name, newInputs = {}, errors: [error = ""], failedOperation }: pulumi.ErrorHookArgs,
    provider?: pulumi.ProviderResource,
): Promise<boolean> {
    if (!isOfOperation(error)) {
        return true;
    }
    const { leaves, updatesOnce } = creationOf(type) ?? {};
    if (leaves !== "deletable" || failedOperation !== "create") {
        return leaves === "nothing" || (leaves === "deletable" && !updatesOnce);
    }
    try {
        const { project, location, name: id } = { ...(await settingsOf(provider)), ...newInputs };
        return await deleteFailed(type, { project, location, name: id });
    } catch (problem) {
        // The error of the creation follows.
        pulumi.log.warn(`${name}: what its failed creation has left cannot be deleted: ${(problem as Error).message}`);
        return false;
    }
}

const usedLater = new WeakSet<object>();

/** A grant that must exist before a resource is created, which uses it only minutes later: nobody waits for its effect. */
export function withoutWait(grant: pulumi.Resource): pulumi.Resource {
    usedLater.add(grant);
    return grant;
}

const isGrant = (resource: object) => grant.test(String(typeOf(resource)));
const urnOf = (resource: pulumi.Resource) => new Promise<string>((resolve) => resource.urn.apply(resolve));

/** By stack, because the names of hooks are unique in a program. */
const waitsOf = (program: pulumi.Resource) => perProgram("slipway.waits", program, () => new Waits());

/** Registers the hooks that resources in the state refer to, and waits until the engine knows them. */
export async function registerHooks(program: pulumi.Resource): Promise<void> {
    if (supportsHooks()) {
        await waitsOf(program).registered();
    }
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
