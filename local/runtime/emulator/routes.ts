import { closest } from "fastest-levenshtein";
import type { Cloud, Entry } from "../../simulator";
import { findApp } from "../../simulator/services/appengine/names";
import { servicesOf } from "../../simulator/services/appengine/services";
import { serviceHost, versionsOf } from "../../simulator/services/appengine/versions";

/** Addresses of deployed code on this machine, such as `http://127.0.0.1:8081`, by the name or URL of a service. */
export type Routes = Record<string, string>;

/** A URL of the local Google Cloud, and its target. */
export interface Destination {
    /** The Cloud Run or App Engine service of the URL; undefined for other URLs. */
    service?: Entry;
    /** The name for the missing route in messages. */
    name: string;
    /** The target URL; undefined without a route. */
    target?: string;
}

interface Deployed {
    service: Entry;
    /** The URLs of the service. */
    urls: string[];
    /** The IDs of the service. */
    ids: string[];
}

/** Finds services that run on this machine. */
export interface Running {
    /**
     * Returns where the URL of a service is on this machine.
     *
     * @param isCron whether Cloud Scheduler calls it as App Engine's cron
     */
    url(url: string, isCron: boolean): string | undefined;
    /** Returns where a service is on this machine, or one of its tags or versions, also without a URL. */
    service(name: string, tag: string): string | undefined;
    /** Replaces the URLs of services in a text by their addresses on this machine. */
    localized?(text: string): string;
}

/** Finds the target of a deployed service's URL. */
export class Router {
    /** What runs on this machine. */
    readonly running: Running[] = [];

    constructor(
        private readonly cloud: Cloud,
        readonly routes: Routes,
        /** Whether the code of functions and of App Engine runs as processes of this machine. */
        private readonly runsCode = false,
    ) {
        for (const target of Object.values(routes)) {
            if (!/^https?:$/.test(URL.canParse(target) ? new URL(target).protocol : "")) {
                throw new Error(`the target of a route must be a URL such as http://127.0.0.1:8081 (got ${target}).`);
            }
        }
    }

    /** Refuses routes whose name is neither a URL nor that of a deployed function or service. */
    verify(): void {
        const deployed = [...this.services(), ...this.appEngine()].flatMap(({ ids }) => ids);
        const names = [...new Set(deployed.map(lastPart))];
        const wrong = Object.keys(this.routes).find(
            (key) => !/^https?:/.test(key) && !deployed.some((id) => isNamed(id, key)),
        );
        if (wrong !== undefined) {
            const hint =
                names.length > 0
                    ? `did you mean "${closest(wrong, names)}"?`
                    : "deploy one with 'slipway local up -s dev' first.";
            throw new Error(`no function or service of the local Google Cloud is named "${wrong}"; ${hint}`);
        }
    }

    /** @param isCron whether Cloud Scheduler calls it as App Engine's cron */
    find(url: string, isCron = false): Destination {
        for (const [prefix, target] of Object.entries(this.routes)) {
            if (isWithin(url, prefix)) {
                return { service: this.deployed(url)?.service, name: prefix, target: joined(target, url, prefix) };
            }
        }
        const deployed = this.deployed(url);
        if (!deployed) {
            return { name: new URL(url).origin };
        }
        const { service, urls, ids } = deployed;
        const route = Object.keys(this.routes).find((key) => ids.some((id) => isNamed(id, key)));
        const prefix = urls.find((item) => isWithin(url, item)) as string;
        const name = lastPart(ids[0] as string);
        const target = route ? joined(this.routes[route] as string, url, prefix) : this.addressOfUrl(url, isCron);
        return { service, name, target };
    }

    /** Where the URL of a running service is on this machine. */
    addressOfUrl(url: string, isCron = false): string | undefined {
        return firstOf(this.running, (each) => each.url(url, isCron));
    }

    /** The address on this machine of a service of Cloud Run or App Engine, also of one without a URL. */
    addressOf(service: Entry, tag = ""): string | undefined {
        return this.routeOf(service) ?? firstOf(this.running, (each) => each.service(service.name, tag));
    }

    /** The route of a service of Cloud Run or App Engine. */
    routeOf(service: Entry): string | undefined {
        const deployed = [...this.services(), ...this.appEngine()].find((each) => each.service.name === service.name);
        const { ids = [], urls = [] } = deployed ?? {};
        const key = Object.keys(this.routes).find(
            (name) => ids.some((id) => isNamed(id, name)) || urls.some((url) => isWithin(url, name)),
        );
        return key && this.routes[key];
    }

    /** Replaces the URLs of running services in a text by their addresses on this machine. */
    localized(text: string): string {
        return this.running.reduce((all, { localized }) => localized?.(all) ?? all, text);
    }

    /**
     * Whether a service of Cloud Run or App Engine runs here: not one with a route, and that of a function or of App Engine, whose code is
     * not in an image, only if code runs.
     */
    isRun(entry: Entry): boolean {
        const isImage = isService(entry) && !isFunction(entry);
        const isKnown = isService(entry) || entry.name.startsWith("//appengine.googleapis.com/");
        return isKnown && (this.runsCode || isImage) && this.routeOf(entry) === undefined;
    }

    private deployed(url: string): Deployed | undefined {
        return [...this.services(), ...this.appEngine()].find(({ urls }) => urls.some((item) => isWithin(url, item)));
    }

    /** The App Engine services, with their URLs. */
    private appEngine(): Deployed[] {
        return this.cloud.projects
            .all()
            .filter((project) => findApp(this.cloud, project))
            .flatMap((project) => servicesOf(this.cloud, project))
            .map((service) => {
                const { id, project, state } = service;
                const versions = versionsOf(this.cloud, project, state.id).map((each) => String(each.state.versionId));
                const hosts = [undefined, ...versions].map((each) => serviceHost(this.cloud, project, state.id, each));
                return { service, urls: hosts.map((host) => `https://${host}`), ids: [id] };
            });
    }

    /** The Cloud Run services, with their functions. */
    private services(): Deployed[] {
        const functions = this.cloud.store.list("//cloudfunctions.googleapis.com/");
        const entries = this.cloud.store.list("//run.googleapis.com/", "services");
        return entries.filter(isService).map((service) => {
            const above = functions.filter(({ state }) => serviceConfig(state).service === service.id);
            const urls = [...urlsOf(service.state), ...above.map(({ state }) => String(state.url))];
            return { service, urls, ids: [...above.map(({ id }) => id), service.id] };
        });
    }
}

/** Whether a Cloud Run service is that of a function. */
export const isFunction = ({ state }: Entry): boolean =>
    (state.labels as Record<string, string> | undefined)?.["goog-managed-by"] === "cloudfunctions";

/** Whether an entry is a Cloud Run service, and not one of its revisions. */
export const isService = ({ name }: Entry) => /\/locations\/[^/]+\/services\/[^/]+$/.test(name);

/** The URLs of a Cloud Run service, with those of its tags. */
export function urlsOf({ uri, urls, trafficStatuses }: Entry["state"]): string[] {
    const tagged = ((trafficStatuses ?? []) as { uri?: string }[]).map((target) => target.uri);
    return [uri, ...((urls ?? []) as string[]), ...tagged].flatMap((url) => (url ? [String(url)] : []));
}

/** Whether a name is an ID, or the end of it. */
const isNamed = (id: string, name: string) => id === name || id.endsWith(`/${name}`);

/** The first result of a list that is not undefined. */
function firstOf<Item>(all: Item[], result: (item: Item) => string | undefined): string | undefined {
    for (const each of all) {
        const found = result(each);
        if (found !== undefined) {
            return found;
        }
    }
    return undefined;
}

const lastPart = (id: string) => id.split("/").at(-1) as string;

const serviceConfig = (state: Entry["state"]) => (state.serviceConfig ?? {}) as { service?: string };

const isWithin = (url: string, prefix: string): boolean => {
    const bare = prefix.replace(/\/$/, "");
    return /^https?:/.test(prefix) && (url === bare || url.startsWith(`${bare}/`) || url.startsWith(`${bare}?`));
};

/** Replaces the base of a URL. */
const joined = (target: string, url: string, prefix: string): string =>
    target.replace(/\/$/, "") + url.slice(prefix.replace(/\/$/, "").length);
