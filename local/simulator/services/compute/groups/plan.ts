import { type GroupInstance, type GroupSettings, isAvailable, type Step } from "./groupState";
import { repairsOf } from "./repairs";
import {
    countOf,
    countsOf,
    isSameTemplate,
    mostDisruptive,
    type UpdateAction,
    updateActions,
    type Version,
} from "./versions";
import { emptiestZone, victimOf } from "./zones";

/** What a group does with its instances at a moment. */
export function plan(settings: GroupSettings, instances: readonly GroupInstance[], now: number): Step[] {
    const repairs = repairsOf(settings, instances, now);
    const repaired = new Map(repairs.map((step) => [step.name, step.template]));
    const after = instances.map((each): GroupInstance => {
        const template = repaired.get(each.name);
        return template === undefined ? each : { ...each, template, action: "RECREATING", wasHealthy: false };
    });
    const working = after.filter(({ pool }) => pool === undefined);
    const steps = sized(settings, working);
    const taken = resumed(settings, after, steps);
    return [...repairs, ...taken, ...pooled(settings, after, taken, now)];
}

/** How the instances of a group differ from its versions. */
interface Difference {
    /** Instances of no version, then those that a version has too many of. */
    outdated: GroupInstance[];
    /** The versions that need more instances, each as often as it does. */
    missing: Version[];
}

function differenceOf(settings: GroupSettings, staying: readonly GroupInstance[]): Difference {
    const { versions, targetSize, zones } = settings;
    const counts = countsOf(versions, targetSize);
    const isOld = ({ template }: GroupInstance) => !versions.some((each) => isSameTemplate(template, each.template));
    const outdated = staying.filter(isOld);
    const missing = versions.flatMap((version, index) => {
        const own = staying.filter(({ template }) => isSameTemplate(template, version.template));
        const surplus = own.length - (counts[index] as number);
        for (let count = 0; count < surplus; count++) {
            const left = staying.filter((each) => !outdated.includes(each));
            const victim = victimOf(left, zones, (each) => ranksOf(each, settings), own);
            outdated.push(...(victim ? [victim] : []));
        }
        return Array.from({ length: Math.max(0, -surplus) }, () => version);
    });
    return { outdated, missing };
}

/** The instance of a zone with the lowest values is removed first: one that does not work, or the one that is used least. */
const ranksOf = (each: GroupInstance, settings: GroupSettings): number[] => [
    Number(isAvailable(each, settings)),
    each.load ?? 0,
    -each.started,
];

/** Creates, deletes and updates the instances that count for the size of the group. */
function sized(settings: GroupSettings, instances: readonly GroupInstance[]): Step[] {
    const staying = instances.filter(({ action }) => action !== "DELETING");
    return settings.update.type === "PROACTIVE"
        ? updated(settings, instances, staying)
        : resized(settings, instances, staying);
}

/**
 * "OPPORTUNISTIC so that you can select the VMs that you want to update": only new instances have the versions of the group,
 * https://cloud.google.com/compute/docs/instance-groups/rolling-out-updates-to-managed-instance-groups
 */
function resized(settings: GroupSettings, instances: readonly GroupInstance[], staying: GroupInstance[]): Step[] {
    const { targetSize, zones } = settings;
    const { outdated, missing } = differenceOf(settings, staying);
    const added = missing.slice(0, Math.max(0, targetSize - staying.length));
    const removed: GroupInstance[] = [];
    while (staying.length - removed.length > targetSize) {
        const left = staying.filter((each) => !removed.includes(each));
        const ranks = (each: GroupInstance) => [Number(!outdated.includes(each)), ...ranksOf(each, settings)];
        removed.push(victimOf(left, zones, ranks) as GroupInstance);
    }
    return [
        ...creations(settings, staying, added),
        ...permitted(settings, staying, removed.map(deletionOf), targetSize),
        ...(added.length + removed.length === 0 ? redistributed(settings, instances) : []),
    ];
}

/** A proactive update, in which "the number of instances" above the size and unavailable is limited. */
function updated(settings: GroupSettings, instances: readonly GroupInstance[], staying: GroupInstance[]): Step[] {
    const { targetSize, update, versions } = settings;
    const { outdated, missing } = differenceOf(settings, staying);
    const updates = updatesOf(settings, outdated, missing);
    const inPlace = updates.filter(({ action }) => action !== "REPLACE");
    const replaced = updates.filter(({ action }) => action === "REPLACE");
    const removed = [...replaced.map(({ instance }) => instance), ...outdated.slice(missing.length)];
    const isOld = ({ template }: GroupInstance) => !versions.some((each) => isSameTemplate(template, each.template));
    const isUpdating = updates.length > 0 || removed.some(isOld);
    const least = targetSize - (isUpdating ? countOf(update.maxUnavailable, targetSize) : 0);

    const added = [...missing.slice(outdated.length), ...replaced.map(({ version }) => version)];
    const leaving = instances.filter((each) => each.action === "DELETING" && isOld(each)).length;
    // "The maximum number of instances that can be created above the specified targetSize during the update process": `maxSurge`.
    const room = targetSize + countOf(update.maxSurge, targetSize) - staying.length - leaving;
    const limit = replaced.length + leaving > 0 ? Math.max(0, room) : added.length;
    const steps = [
        ...creations(
            settings,
            staying.filter((each) => !removed.includes(each)),
            added.slice(0, limit),
        ),
        // A refresh does not interrupt an instance.
        ...inPlace.filter(isRefresh).map((each) => changeOf(each).step),
        ...permitted(
            settings,
            staying,
            [...inPlace.filter((each) => !isRefresh(each)).map(changeOf), ...removed.map(deletionOf)],
            least,
        ),
    ];
    return updates.length + removed.length + added.length === 0 ? redistributed(settings, instances) : steps;
}

const isRefresh = ({ action }: Update) => action === "REFRESH";

interface Update {
    instance: GroupInstance;
    action: UpdateAction | "RECREATE";
    version: Version;
}

/**
 * The instances that a proactive update changes: "If the Updater determines that the minimal update action needed is more disruptive than most
 * disruptive allowed action you specify it will not perform the update at all."
 * https://cloud.google.com/compute/docs/instance-groups/rolling-out-updates-to-managed-instance-groups
 */
function updatesOf(settings: GroupSettings, outdated: GroupInstance[], missing: Version[]): Update[] {
    const { minimalAction, mostDisruptiveAllowedAction, replacementMethod } = settings.update;
    return outdated.slice(0, missing.length).flatMap((instance, index): Update[] => {
        const version = missing[index] as Version;
        const action = mostDisruptive([settings.requiredAction(instance.template, version.template), minimalAction]);
        const isAllowed = updateActions.indexOf(action) <= updateActions.indexOf(mostDisruptiveAllowedAction);
        const isIdle = ["NONE", "VERIFYING", "CREATING"].includes(instance.action);
        if (!isAllowed || !isIdle || action === "NONE") {
            return [];
        }
        // "RECREATE" keeps the names of instances, "SUBSTITUTE" creates others: `replacementMethod` of the same page.
        const isRecreated = action === "REPLACE" && replacementMethod === "RECREATE";
        return [{ instance, action: isRecreated ? "RECREATE" : action, version }];
    });
}

function creations(settings: GroupSettings, kept: readonly GroupInstance[], added: readonly Version[]): Step[] {
    const used = kept.map(({ zone }) => zone);
    return added.map(({ template }): Step => {
        const zone = emptiestZone(settings, used);
        used.push(zone);
        return { kind: "create", zone, template };
    });
}

/** A step that makes an instance unavailable. */
interface Disruption {
    instance: GroupInstance;
    step: Step;
}

/** The steps that leave as many instances available as there must be. An instance that is unavailable already can always be changed. */
function permitted(
    settings: GroupSettings,
    staying: readonly GroupInstance[],
    disruptions: readonly Disruption[],
    least: number,
): Step[] {
    const isWorking = ({ instance }: Disruption) => isAvailable(instance, settings);
    const available = staying.filter((each) => isAvailable(each, settings)).length;
    const working = disruptions.filter(isWorking).slice(0, Math.max(0, available - least));
    return [...disruptions.filter((each) => !isWorking(each)), ...working].map(({ step }) => step);
}

const deletionOf = (instance: GroupInstance): Disruption => ({
    instance,
    step: { kind: "delete", name: instance.name },
});

const kinds = { RECREATE: "recreate", RESTART: "restart", REFRESH: "refresh" } as const;

/** An update of an instance that keeps its name. */
const changeOf = ({ instance, action, version }: Update): Disruption => ({
    instance,
    step: {
        kind: kinds[action as keyof typeof kinds],
        name: instance.name,
        template: version.template,
        reason: "update",
    },
});

/**
 * Adds an instance to the zone with the fewest, if another one has two more; the next plan removes one from that. "The group attempts to
 * maintain an even distribution of VM instances across zones": `instanceRedistributionType` of
 * https://cloud.google.com/compute/docs/instance-groups/distributing-instances-with-regional-instance-groups#proactive_instance_redistribution
 */
function redistributed(settings: GroupSettings, instances: readonly GroupInstance[]): Step[] {
    const { shape, update, zones, versions, targetSize } = settings;
    const isSettled = instances.length === targetSize && instances.every((each) => isAvailable(each, settings));
    if (update.instanceRedistributionType !== "PROACTIVE" || shape !== "EVEN" || !isSettled) {
        return [];
    }
    const used = instances.map(({ zone }) => zone);
    const counts = zones.map((zone) => used.filter((each) => each === zone).length);
    const outside = used.filter((zone) => !zones.includes(zone)).length;
    const [version] = versions.filter(({ targetSize }) => targetSize === undefined);
    return version && (outside > 0 || Math.max(...counts) - Math.min(...counts) >= 2)
        ? [{ kind: "create", zone: emptiestZone(settings, used), template: version.template }]
        : [];
}

/**
 * Takes instances from the standby pool in place of new ones: the group "resumes or starts VMs from a standby pool when the group scales out",
 * and suspended ones first, which are faster: https://cloud.google.com/compute/docs/instance-groups/suspended-and-stopped-vms-in-mig
 */
function resumed({ standby }: GroupSettings, instances: readonly GroupInstance[], steps: Step[]): Step[] {
    if (standby.mode !== "SCALE_OUT_POOL") {
        return steps;
    }
    const parked = (["SUSPENDED", "STOPPED"] as const).flatMap((pool) =>
        instances.filter((each) => each.pool === pool && each.status === pool && each.action === "NONE"),
    );
    return steps.map((step): Step => {
        const index =
            step.kind === "create" ? parked.findIndex(({ template }) => isSameTemplate(template, step.template)) : -1;
        const [found] = index < 0 ? [] : parked.splice(index, 1);
        return found ? { kind: "resume", name: found.name } : step;
    });
}

/** Keeps the standby pool at its sizes: an instance is created, and stopped or suspended after the delay. */
function pooled(settings: GroupSettings, instances: readonly GroupInstance[], steps: Step[], now: number): Step[] {
    const { standby, update, versions } = settings;
    const resumed = new Set(steps.flatMap((step) => (step.kind === "resume" ? [step.name] : [])));
    const template = versions.find(({ targetSize }) => targetSize === undefined)?.template ?? "";
    // An instance of the pool is in a zone in which the group grows evenly.
    const used = instances.filter(({ action }) => action !== "DELETING").map(({ zone }) => zone);
    return (["SUSPENDED", "STOPPED"] as const).flatMap((pool): Step[] => {
        const all = instances.filter(
            (each) => each.pool === pool && each.action !== "DELETING" && !resumed.has(each.name),
        );
        const isKept = (each: GroupInstance) =>
            update.type !== "PROACTIVE" || versions.some((version) => isSameTemplate(version.template, each.template));
        const own = all.filter(isKept);
        const removed = [...own.slice(standby.sizes[pool]), ...all.filter((each) => !isKept(each))];
        const wanted = standby.sizes[pool];
        const added = Array.from({ length: Math.max(0, wanted - own.length) }, (): Step => {
            const zone = emptiestZone(settings, used);
            used.push(zone);
            return { kind: "create", zone, template, pool };
        });
        const parked = own
            .slice(0, wanted)
            .filter(
                ({ status, action, started }) =>
                    status === "RUNNING" &&
                    (action === "NONE" || action === "VERIFYING") &&
                    now - started >= standby.delay,
            )
            .map(({ name }): Step => ({ kind: "park", name, pool }));
        return [...added, ...parked, ...removed.map(({ name }): Step => ({ kind: "delete", name }))];
    });
}
