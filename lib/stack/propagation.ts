import { AsyncResource } from "node:async_hooks";
import { setTimeout } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { creationOf, propagation, startsAsAccount } from "../facts/propagation";
import { endOf } from "../internal/engine/hooks";
import { stateOfProgram } from "../internal/engine/programState";
import { type InvokeRequest, registered, supportsHooks, typeOf, valueIfKnown } from "../internal/engine/pulumiSdk";
import { waitClock } from "../internal/engine/waitingClock";
import { accountEmail, enabledApis, isGrant } from "./besideComponents";
import { deleteFailed } from "./failedCreation";
import { kmsAgentIn } from "./kmsAgent";
import { providerOf, settingsOf } from "./providerSettings";
import { isNotEffective, missingPermission, refusals, repeatSeconds, unknownAccount } from "./refusals";

/**
 * New APIs, service accounts, grants and metrics take effect after minutes, and Google's provider does not wait for it. Components repeat
 * what Google Cloud refuses meanwhile. They wait before they create what is in the table of `lib/facts/propagation.ts` with a reason. They
 * only wait for what the running update has created.
 */

/** APIs, and metrics of log entries. */
const api = /^gcp:(projects\/service:Service|logging\/metric:Metric)$/;
const account = /^gcp:(serviceaccount\/account:Account|projects\/serviceIdentity:ServiceIdentity)$/;

/** In seconds. A pause is a quarter of the time that has passed at most, or `often`, as what takes effect late is late by seconds. */
const repeats = { first: 5, often: 15, max: 60, reminder: 300 };

/** Why a call was refused, and until when it is repeated, in milliseconds. */
interface Refusal {
    what: string;
    end: number;
}

/** How long a refused call waits for the end of its program, which can wait for the call, in milliseconds. */
const longestProgram = 20_000;

/** The API that a call was refused for, as it is not enabled. */
const disabledApi = (error: string) =>
    isNotEffective(error) ? /\/apis\/api\/([\w.-]+\.googleapis\.com)\//.exec(error)?.[1] : undefined;

/** Whether a resource is a part of a component of this library. */
const isOfComponent = (urn: string) => urn.split("::")[2]?.includes("slipway:index:");

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

    constructor(private readonly program: pulumi.Resource) {}

    private readonly afterChange = new pulumi.ResourceHook(
        "slipway: note new APIs, accounts and grants",
        ({ urn, type, newOutputs = {} }) => {
            const now = waitClock().now();
            this.created.set(urn, now);
            if (newOutputs.email) {
                this.accounts.add(kmsAgentIn(newOutputs.email));
            }
            for (const [email] of isGrant(type) ? JSON.stringify(newOutputs).matchAll(accountEmail) : []) {
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
            ...((isGrant(type) || api.test(type) || account.test(type)) && { afterCreate: [this.afterChange] }),
            ...(isGrant(type) && { afterUpdate: [this.afterChange] }),
            ...(startsAsAccount(type) && this.delay(type, name, opts)),
        };
    }

    /** Hooks that wait for the grants that a resource depends on. */
    private delay(type: string, name: string, options: pulumi.ResourceOptions): pulumi.ResourceHookBinding {
        const { dependsOn } = options;
        const provider = providerOf(type, options);
        const { leaves, updatesOnce } = creationOf(type) ?? {};
        const hook = (operation: string, isOnce = false) =>
            new pulumi.ResourceHook(
                `slipway: wait for new permissions of ${name} (${operation} ${++this.delayed})`,
                AsyncResource.bind(async ({ urn }) => {
                    this.providers.set(urn, provider);
                    // The engine calls the hook after all of them are created.
                    const needed = await resourcesIn(dependsOn);
                    const grants = needed.filter((each) => isGrant(String(typeOf(each))) && !usedLater.has(each));
                    await this.wait(name, grants, isOnce);
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
        const { heldLine }: typeof import("../facts/holds") = require("../facts/holds");
        const held = heldLine(error, "this command", clock);
        if (held !== undefined) {
            pulumi.log.info(held);
        }
        const since = this.refused.get(urn) ?? clock.now();
        const api = disabledApi(error);
        if (api !== undefined && !isOfComponent(urn) && !(await this.enables(api))) {
            this.explainDisabled(name, api);
            return false;
        }
        const refusal = this.refusal(error, since);
        if (!refusal) {
            return false;
        }
        this.refused.set(urn, since);
        if (refusal.end <= clock.now() || !(await isRepeatable(args, this.providers.get(urn)))) {
            return false;
        }
        await this.pause(name, urn, refusal, { since, repetitions: earlier.length, error });
        return true;
    }

    /** Waits before a call is repeated, and explains it. */
    private async pause(
        name: string,
        urn: string,
        refusal: Refusal,
        { since, repetitions, error }: { since: number; repetitions: number; error: string },
    ): Promise<void> {
        const clock = waitClock();
        const passed = (clock.now() - since) / 1000;
        const left = (refusal.end - clock.now()) / 1000;
        const longest = Math.min(Math.max(repeats.often, passed / 4), repeats.max, left);
        const seconds = Math.ceil(Math.min(repeats.first * 2 ** repetitions, longest));
        this.explain(name, urn, refusal, left, passed, error);
        await clock.sleep(seconds * 1000);
    }

    /** Repeats the call of a data source until the API that this update has enabled is effective. The error of any other API names the call that waits. */
    read(request: InvokeRequest) {
        const token = request.getTok();
        // Components have errors of their own.
        const isOfComponent = request.getProvider().includes("slipway:index:Environment$");
        const clock = waitClock();
        const since = clock.now();
        const name = token.split(":").at(-1) as string;
        let repetitions = 0;
        return async (error: string): Promise<"repeat" | { error: string }> => {
            const api = disabledApi(error);
            if (api === undefined) {
                return { error };
            }
            const refusal = { what: "a new API is", end: since + repeatSeconds * 1000 };
            if (pulumi.runtime.isDryRun() || refusal.end <= clock.now() || !(await this.enables(api))) {
                const [first, ...others] = error.split("\n");
                return { error: isOfComponent ? error : [first, remedyOfRead(name, api), ...others].join("\n") };
            }
            await this.pause(name, `${token} ${since}`, refusal, { since, repetitions, error });
            repetitions += 1;
            return "repeat";
        };
    }

    /** Whether this update enables an API, perhaps only later in its program. */
    private async enables(api: string): Promise<boolean> {
        const late = setTimeout(longestProgram, undefined, { ref: false });
        if (!enabledApis(this.program).has(api)) {
            // The program can have an `await` before the component that enables it.
            await Promise.race([endOf(this.program), late]);
        }
        const service = enabledApis(this.program).get(api);
        const urn = service && (await Promise.race([urnOf(service), late]));
        return urn !== undefined && this.created.has(urn);
    }

    /** Logs how a program enables an API that it does not enable, once for each API. */
    private explainDisabled(name: string, api: string): void {
        if (this.announcements.has(api) || enabledApis(this.program).has(api)) {
            return;
        }
        this.announcements.add(api);
        const remedy =
            remedyElsewhere() ??
            `Add this line, for which the resource then waits: Environment.current().enable("${api}");`;
        pulumi.log.error(
            `${name}: the API ${api} is not enabled, and no component of this program enables it. ${remedy}`,
        );
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

/** The remedy for an API that is not enabled, in a program that enables none. */
const remedyElsewhere = (): string | undefined =>
    pulumi.runtime.getConfig("slipway:enableApis") === "false"
        ? "As slipway:enableApis is false, enable it where the APIs of the project are enabled."
        : undefined;

function remedyOfRead(name: string, api: string): string {
    const remedy = `Use ${name}Output with the option { dependsOn: Environment.current().enable("${api}") }, which reads after it is enabled.`;
    return `${name} reads as soon as the program calls it, also during a preview, and the API ${api} is not enabled. ${remedyElsewhere() ?? remedy}`;
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

/** The resources of `dependsOn`, which are known when a resource has been registered. */
async function resourcesIn(dependsOn: unknown): Promise<pulumi.Resource[]> {
    if (Array.isArray(dependsOn)) {
        return (await Promise.all(dependsOn.map(resourcesIn))).flat();
    }
    if (dependsOn instanceof Promise || pulumi.Output.isInstance(dependsOn)) {
        return resourcesIn(await (dependsOn instanceof Promise ? dependsOn : valueIfKnown(dependsOn)));
    }
    return pulumi.Resource.isInstance(dependsOn) ? [dependsOn] : [];
}

const urnOf = (resource: pulumi.Resource) => new Promise<string>((resolve) => resource.urn.apply(resolve));

/** By stack, because the names of hooks are unique in a program. */
const waitsOf = (program: pulumi.Resource) => stateOfProgram("slipway.waits", program, () => new Waits(program));

/** Registers the hooks that resources in the state refer to, and waits until the engine knows them. */
export async function registerHooks(program: pulumi.Resource): Promise<void> {
    if (supportsHooks()) {
        await waitsOf(program).registered();
    }
}

/** Lets data sources of a program wait for APIs that it enables. */
export const readOf = (program: pulumi.Resource, request: InvokeRequest) => waitsOf(program).read(request);

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
