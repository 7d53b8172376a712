import { closest } from "fastest-levenshtein";
import type { Cloud, Entry } from "../../simulator";
import { findApp } from "../../simulator/services/appengine/names";
import { servicesOf } from "../../simulator/services/appengine/services";
import { serviceHost } from "../../simulator/services/appengine/versions";

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

/** Finds the target of a deployed service's URL. */
export class Router {
    /** Returns where the URL of a service that runs in containers is on this machine. */
    running: (url: string) => string | undefined = () => undefined;
    /** Returns where a service that runs in containers, or one of its tags, is on this machine, also without a URL. */
    runningService: (name: string, tag: string) => string | undefined = () => undefined;

    constructor(
        private readonly cloud: Cloud,
        readonly routes: Routes,
        /** Whether the code of functions runs as processes of this machine. */
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

    find(url: string): Destination {
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
        const target = route ? joined(this.routes[route] as string, url, prefix) : this.running(url);
        return { service, name, target };
    }

    /** The address on this machine of a service of Cloud Run or App Engine, also of one without a URL. */
    addressOf(service: Entry, tag = ""): string | undefined {
        const deployed = [...this.services(), ...this.appEngine()].find((each) => each.service.name === service.name);
        const { ids = [], urls = [] } = deployed ?? {};
        const key = Object.keys(this.routes).find(
            (name) => ids.some((id) => isNamed(id, name)) || urls.some((url) => isWithin(url, name)),
        );
        return key ? this.routes[key] : this.runningService(service.name, tag);
    }

    /** Whether a Cloud Run service runs here: not one with a route, and that of a function, whose code is an archive, only if code runs. */
    isRun(entry: Entry): boolean {
        const isRouted = Object.keys(this.routes).some(
            (key) => isNamed(entry.id, key) || urlsOf(entry.state).some((url) => isWithin(url, key)),
        );
        return isService(entry) && (this.runsCode || !isFunction(entry)) && !isRouted;
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
                return { service, urls: [`https://${serviceHost(this.cloud, project, state.id)}`], ids: [id] };
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

const lastPart = (id: string) => id.split("/").at(-1) as string;

const serviceConfig = (state: Entry["state"]) => (state.serviceConfig ?? {}) as { service?: string };

const isWithin = (url: string, prefix: string): boolean => {
    const bare = prefix.replace(/\/$/, "");
    return /^https?:/.test(prefix) && (url === bare || url.startsWith(`${bare}/`) || url.startsWith(`${bare}?`));
};

/** Replaces the base of a URL. */
const joined = (target: string, url: string, prefix: string): string =>
    target.replace(/\/$/, "") + url.slice(prefix.replace(/\/$/, "").length);
