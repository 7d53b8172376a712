import * as pulumi from "@pulumi/pulumi";
import {
    currentProgram,
    handleInvokeErrors,
    redactDebugMessages,
    transformationsOf,
} from "../internal/engine/pulumiSdk";
import { refuseOldCompiler } from "./compiler";

const watched = new WeakSet<object>();

/** Settings of a program by key. The SDK parses the whole configuration for each value. */
const settings = new WeakMap<object, Map<string, string | undefined>>();

function setting(key: string): string | undefined {
    const program = currentProgram();
    const known = settings.get(program) ?? new Map<string, string | undefined>();
    settings.set(program, known);
    if (!known.has(key)) {
        known.set(key, pulumi.runtime.getConfig(key));
    }
    return known.get(key);
}

/** Runs the guard, which is loaded only if `slipway:environments` is set. */
const guardTransformation: pulumi.ResourceTransformation = (args) => {
    if (setting("slipway:environments") === undefined) {
        return undefined;
    }
    const { guard }: typeof import("./boundary/guard") = require("./boundary/guard");
    return guard(args);
};

/** Whether a resource is in no component. */
function isOther({ type, opts }: pulumi.ResourceTransformationArgs): boolean {
    const { componentOf }: typeof import("../internal/engine/componentOf") = require("../internal/engine/componentOf");
    return !type.startsWith("slipway:index:") && !componentOf(opts.parent);
}

/** Leaves a resource that is in no component as it is declared, if `slipway:otherResources` is false. */
const unlessOther =
    (transformation: pulumi.ResourceTransformation): pulumi.ResourceTransformation =>
    (args) =>
        setting("slipway:otherResources") === "false" && isOther(args) ? undefined : transformation(args);

/** A transformation whose file is loaded with the first resource. */
const loadedLater =
    (load: () => pulumi.ResourceTransformation): pulumi.ResourceTransformation =>
    (args) =>
        load()(args);

const orderDeletions = loadedLater(
    () =>
        (require("../internal/engine/deletionOrder") as typeof import("../internal/engine/deletionOrder"))
            .orderDeletions,
);
const requireUniqueName = loadedLater(
    () => (require("./uniqueNames") as typeof import("./uniqueNames")).requireUniqueName,
);
const waitForComponents = loadedLater(
    () => (require("./besideComponents") as typeof import("./besideComponents")).waitForComponents,
);
const waitForPermissions = loadedLater(
    () => (require("./propagation") as typeof import("./propagation")).waitForPermissions,
);
const warnOfReplacement = loadedLater(
    () =>
        (require("../internal/engine/replacements") as typeof import("../internal/engine/replacements"))
            .warnOfReplacement,
);
const continueAfterLostAnswers = loadedLater(
    () => (require("./adoption/lostAnswers") as typeof import("./adoption/lostAnswers")).continueAfterLostAnswers,
);
const createRenamedFirst = loadedLater(() => (require("./renamed") as typeof import("./renamed")).createRenamedFirst);
const holdBack = loadedLater(
    () =>
        (require("../internal/arguments/reportTogether") as typeof import("../internal/arguments/reportTogether"))
            .holdBack,
);

/** The resources of a program, for what is compared at the end of its preview. */
const registeredIn = (program: pulumi.Resource) => {
    const {
        stateOfProgram,
    }: typeof import("../internal/engine/programState") = require("../internal/engine/programState");
    return stateOfProgram(
        "slipway.quotas",
        program,
        () => new Map<pulumi.Resource, pulumi.ResourceTransformationArgs>(),
    );
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
        const hooks: typeof import("../internal/engine/hooks") = require("../internal/engine/hooks");
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
        pulumi.runtime.registerStackTransformation(unlessOther(requireUniqueName));
        pulumi.runtime.registerStackTransformation(unlessOther(waitForComponents));
        pulumi.runtime.registerStackTransformation(unlessOther(waitForPermissions));
        pulumi.runtime.registerStackTransformation(unlessOther(warnOfReplacement));
        pulumi.runtime.registerStackTransformation(unlessOther(continueAfterLostAnswers));
        pulumi.runtime.registerStackTransformation(createRenamedFirst);
        pulumi.runtime.registerStackTransformation(followRenames);
        if (pulumi.runtime.isDryRun()) {
            pulumi.runtime.registerStackTransformation(unlessOther(rememberResource));
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
        const hooks: typeof import("../internal/engine/hooks") = require("../internal/engine/hooks");
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
