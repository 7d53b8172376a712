import * as pulumi from "@pulumi/pulumi";
import { currentProgram, handleInvokeErrors, redactDebugMessages, transformationsOf } from "../internal/pulumiSdk";
import { refuseOldCompiler } from "./compiler";

const watched = new WeakSet<object>();

/** Whether a program has `slipway:environments`. The SDK parses the whole configuration for each value. */
const guarded = new WeakMap<object, boolean>();

function isGuarded(): boolean {
    const program = currentProgram();
    const found = guarded.get(program) ?? pulumi.runtime.getConfig("slipway:environments") !== undefined;
    guarded.set(program, found);
    return found;
}

/** Runs the guard, which is loaded only if `slipway:environments` is set. */
const guardTransformation: pulumi.ResourceTransformation = (args) => {
    if (!isGuarded()) {
        return undefined;
    }
    const { guard }: typeof import("./boundary/guard") = require("./boundary/guard");
    return guard(args);
};

/** Loaded with the first resource. */
const orderDeletions: pulumi.ResourceTransformation = (args) => {
    const deletions: typeof import("../internal/deletionOrder") = require("../internal/deletionOrder");
    return deletions.orderDeletions(args);
};

/** Loaded with the first resource. */
const requireUniqueName: pulumi.ResourceTransformation = (args) => {
    const accounts: typeof import("./uniqueNames") = require("./uniqueNames");
    return accounts.requireUniqueName(args);
};

/** Loaded with the first resource. */
const waitForComponents: pulumi.ResourceTransformation = (args) => {
    const beside: typeof import("./besideComponents") = require("./besideComponents");
    return beside.waitForComponents(args);
};

/** Loaded with the first resource. */
const waitForPermissions: pulumi.ResourceTransformation = (args) => {
    const propagation: typeof import("./propagation") = require("./propagation");
    return propagation.waitForPermissions(args);
};

/** Loaded with the first resource. */
const warnOfReplacement: pulumi.ResourceTransformation = (args) => {
    const replacements: typeof import("../internal/replacements") = require("../internal/replacements");
    return replacements.warnOfReplacement(args);
};

/** Loaded with the first resource. */
const continueAfterLostAnswers: pulumi.ResourceTransformation = (args) => {
    const adoption: typeof import("./adoption/lostAnswers") = require("./adoption/lostAnswers");
    return adoption.continueAfterLostAnswers(args);
};

/** Loaded with the first resource. */
const createRenamedFirst: pulumi.ResourceTransformation = (args) => {
    const renamed: typeof import("./renamed") = require("./renamed");
    return renamed.createRenamedFirst(args);
};

/** Loaded with the first resource. */
const holdBack: pulumi.ResourceTransformation = (args) => {
    const { holdBack: hold }: typeof import("../internal/reportTogether") = require("../internal/reportTogether");
    return hold(args);
};

/** The resources of a program, for what is compared at the end of its preview. */
const registeredIn = (program: pulumi.Resource) => {
    const { perProgram }: typeof import("../internal/perProgram") = require("../internal/perProgram");
    return perProgram("slipway.quotas", program, () => new Map<pulumi.Resource, pulumi.ResourceTransformationArgs>());
};

const rememberResource: pulumi.ResourceTransformation = (args) => {
    const stack = pulumi.runtime.getStackResource();
    if (stack && /^(gcp:|pulumi-nodejs:dynamic\/model:)/.test(args.type)) {
        registeredIn(stack).set(args.resource, args);
    }
    return undefined;
};

/** Warns at the end of a preview of quotas that the program itself exceeds. */
function compareQuotas(stack: pulumi.Resource): void {
    const release = pulumi.runtime.rpcKeepAlive();
    const compare = async () => {
        const hooks: typeof import("../internal/hooks") = require("../internal/hooks");
        await hooks.endOf(stack);
        const quotas: typeof import("./quotas") = require("./quotas");
        await quotas.warnOfQuotas([...registeredIn(stack).values()]);
    };
    void compare()
        .catch(() => undefined)
        .finally(release);
}

const renaming = new WeakSet<object>();

/** Loaded with the first component that has aliases. */
const followRenames: pulumi.ResourceTransformation = (args) => {
    const isAliased = args.type.startsWith("slipway:index:") && (args.opts.aliases ?? []).length > 0;
    if (!isAliased && !renaming.has(currentProgram())) {
        return undefined;
    }
    renaming.add(currentProgram());
    const parts: typeof import("./renamedParts") = require("./renamedParts");
    return parts.followRenames(args);
};

/**
 * Runs the guard on every resource that the program registers from now on, including resources of other libraries, holds back those that
 * follow a refused component, makes them and data sources wait for APIs of components, and for new permissions, warns of replacements that lose data, continues interrupted creations, creates what is
 * renamed before its previous version is deleted, lets resources follow components that have other names, warns of quotas, and prints no
 * secrets in debug messages. Called when the package is imported, and by components in case a process runs several programs.
 */
export function registerGuard(): void {
    redactDebugMessages();
    const stack = pulumi.runtime.getStackResource();
    if (stack && !watched.has(stack)) {
        watched.add(stack);
        const pulumiVersion: typeof import("./pulumiVersion") = require("./pulumiVersion");
        pulumiVersion.refuseOldPulumi();
        pulumi.runtime.registerStackTransformation(holdBack);
        pulumi.runtime.registerStackTransformation(guardTransformation);
        pulumi.runtime.registerStackTransformation(orderDeletions);
        pulumi.runtime.registerStackTransformation(requireUniqueName);
        pulumi.runtime.registerStackTransformation(waitForComponents);
        pulumi.runtime.registerStackTransformation(waitForPermissions);
        pulumi.runtime.registerStackTransformation(warnOfReplacement);
        pulumi.runtime.registerStackTransformation(continueAfterLostAnswers);
        pulumi.runtime.registerStackTransformation(createRenamedFirst);
        pulumi.runtime.registerStackTransformation(followRenames);
        if (pulumi.runtime.isDryRun()) {
            pulumi.runtime.registerStackTransformation(rememberResource);
            compareQuotas(stack);
        }
        explainDeletions(stack);
        handleInvokeErrors((request) => {
            const propagation: typeof import("./propagation") = require("./propagation");
            return propagation.readOf(stack, request);
        });
    }
}

/** Explains refused deletions also in a program that has no resources any more, and therefore has not registered the hook yet. */
function explainDeletions(stack: pulumi.Resource): void {
    if (pulumi.runtime.isDryRun()) {
        return;
    }
    const release = pulumi.runtime.rpcKeepAlive();
    const explain = async () => {
        const hooks: typeof import("../internal/hooks") = require("../internal/hooks");
        await hooks.endOf(stack);
        const propagation: typeof import("./propagation") = require("./propagation");
        await propagation.registerHooks(stack);
    };
    void explain()
        .catch(() => undefined)
        .finally(release);
}

/** The guard as a transformation of a component in a program without a stack resource, such as a test with mocks. */
export function guardTransformations(parent?: pulumi.Resource): pulumi.ResourceTransformation[] {
    const above = parent ? transformationsOf(parent) : [];
    const isWatched = pulumi.runtime.getStackResource() !== undefined || above.includes(guardTransformation);
    return isWatched ? [] : [guardTransformation];
}

refuseOldCompiler();
registerGuard();
