import type { Clock } from "slipway/facts";
import { Caller } from "./caller";
import { Iam } from "./iam";
import { Organization, type OrganizationKind } from "./organization";
import { Projects } from "./projects";
import { DelayedPropagation, immediate, type Propagation } from "./propagation";
import { ReservedNames } from "./reservedNames";
import type { CloudSettings } from "./settings";
import { SimulatedState } from "./simulatedState";
import { Store } from "./store";

const today = () => new Date();

function dayOf(day: string): number {
    const time = Date.parse(day);
    if (Number.isNaN(time)) {
        throw new Error(`SLIPWAY_LOCAL_DATE must be a date such as 2026-11-21 (got "${day}")`);
    }
    return time;
}

/** The setting of the organization, by default that of the environment variable. */
export function organizationKind(kind = process.env.SLIPWAY_LOCAL_ORGANIZATION || "new"): OrganizationKind {
    if (kind !== "new" && kind !== "none") {
        throw new Error(`SLIPWAY_LOCAL_ORGANIZATION must be new or none (got "${kind}")`);
    }
    return kind;
}

/** The local Google Cloud in a folder, which all services share. */
export class Cloud {
    readonly projects: Projects;
    readonly iam: Iam;
    readonly organization: Organization;
    readonly blocked: ReservedNames;
    readonly simulated: SimulatedState;
    readonly caller: Caller;
    /** Whether nobody's permissions are looked at, and everything takes effect at once. */
    readonly isLenient: boolean;
    /** The clock for the end of support of runtimes. `SLIPWAY_LOCAL_DATE` fixes it to a date. */
    readonly supportClock: Clock;

    /**
     * @param now the clock for reserved names
     * @param propagation whether changes have an effect yet
     * @param organization the organization of the projects; by default that of `SLIPWAY_LOCAL_ORGANIZATION`, or a new one
     */
    constructor(
        readonly folder: string,
        readonly store = new Store(folder),
        readonly now: () => Date = today,
        settings: CloudSettings = {},
        readonly propagation: Propagation = immediate,
        organization = organizationKind(),
    ) {
        const { SLIPWAY_LOCAL_DATE: day } = process.env;
        this.supportClock = { now: () => (now === today && day ? dayOf(day) : now().getTime()) };
        this.projects = new Projects(this.store, propagation);
        this.organization = new Organization(this.store, organization);
        this.iam = new Iam(this.store, propagation);
        this.blocked = new ReservedNames(this.store, now);
        this.simulated = new SimulatedState(this.store);
        this.isLenient = settings.lenient ?? false;
        this.caller = new Caller(this, settings);
    }
}

/** The cloud that a command deploys to. */
export interface CommandCloud {
    /** The folder of the cloud. */
    cloud: string;
    /** The value of `SLIPWAY_LOCAL_ORGANIZATION`. */
    organization?: string;
    /** Who calls. */
    settings?: CloudSettings;
}

/** Opens the cloud of a command: its changes take effect later. */
export function openCloud({ cloud, organization, settings = {} }: CommandCloud, store = new Store(cloud)): Cloud {
    const propagation =
        settings.lenient || settings.immediate ? immediate : new DelayedPropagation(cloud, settings.delaySeed);
    const kind = organizationKind(settings.lenient ? "none" : organization);
    return new Cloud(cloud, store, undefined, settings, propagation, kind);
}
