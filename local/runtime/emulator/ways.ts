import { closest } from "fastest-levenshtein";
import { accountName, type Cloud, lastPart, ownerEmail } from "../../simulator";
import { HttpError } from "./http";
import type { Serving } from "./serving";

/** Where a caller sends requests, and what identifies it there. */
export interface Way {
    url: string;
    headers: Record<string, string>;
    /** The topic that the URL publishes to, if what is called receives its messages. */
    topic?: string;
}

/** What runs, and whether events call it. */
interface Answering {
    name: string;
    events?: string;
    topic?: string;
}

const notFound = (text: string) => new HttpError(404, "notFound", text);

/** `did you mean "sales"?`, or what to do if there is nothing. */
const meant = (name: string, names: string[], otherwise: string) =>
    names.length > 0 ? `did you mean "${closest(name, names)}"?` : otherwise;

/** How callers reach what runs. */
export class Ways {
    /**
     * @param addresses where services and functions answer in their network, by name
     * @param answering what has an address for people
     */
    constructor(
        private readonly serving: Serving,
        private readonly addresses: () => Record<string, string>,
        private readonly answering: () => Answering[],
    ) {}

    /**
     * The way to a service or a function, with an identity token of the caller. A function that receives messages is called by a
     * publication to its topic, as only Eventarc calls it.
     *
     * @param as the email of a user or an account, or the ID of an account; by default the owner of the projects
     * @throws HttpError if nothing with this name runs, there is no such account, or only events of another kind call it
     */
    async to(name: string, as?: string): Promise<Way> {
        const { events, topic } = this.answering().find((each) => each.name === name) ?? {};
        if (topic !== undefined) {
            return this.toTopic(topic, as);
        }
        if (events !== undefined) {
            throw new HttpError(
                400,
                "invalid",
                `${name} receives events of the type ${events}, which are not called: cause one, as by an upload to its bucket.`,
            );
        }
        return this.toAddress(name, as);
    }

    /** @throws HttpError if nothing with this name runs */
    require(name: string): void {
        this.addressOf(name);
    }

    /** The way to a service or a function, also to one that receives events. */
    toAddress(name: string, as?: string): Way {
        const url = this.addressOf(name);
        const token = this.serving.tokens.identity(emailOf(this.serving.cloud, as), url);
        // The header of the caller: code can have one of its own in `authorization`.
        return { url, headers: { "x-serverless-authorization": `Bearer ${token}` } };
    }

    private addressOf(name: string): string {
        const addresses = this.addresses();
        const names = Object.keys(addresses);
        const hint = meant(name, names, "");
        const url = addresses[name];
        if (url === undefined) {
            throw notFound(
                `no service or function named "${name}" runs; ${hint && `${hint} `}running: ${names.join(", ") || "none"}.`,
            );
        }
        return url;
    }

    /**
     * The way to publish to a topic, by the API with the permissions of the caller.
     *
     * @param name its ID, or `projects/acme-dev/topics/sales`
     */
    async toTopic(name: string, as?: string): Promise<Way> {
        const { cloud, access, url } = this.serving;
        const ids = cloud.store.list("//pubsub.googleapis.com/", "topics").map(({ id }) => id);
        const topics = ids.filter((id) => /^projects\/[^/]+\/topics\/[^/]+$/.test(id));
        const found = topics.filter((id) => id === name || lastPart(id) === name);
        const [topic, other] = found;
        if (topic === undefined) {
            const hint = meant(name, topics.map(lastPart), "deploy one first.");
            throw notFound(`there is no topic "${name}"; ${hint}`);
        }
        if (other !== undefined) {
            throw new HttpError(400, "invalid", `several topics are named "${name}": give one of ${found.join(", ")}.`);
        }
        const email = emailOf(cloud, as);
        const address = email === ownerEmail ? url() : `http://${await access.address(email)}`;
        return { url: `${address}/v1/${topic}:publish`, headers: {}, topic };
    }
}

/** The email of a caller. Users are assumed to exist. */
function emailOf(cloud: Cloud, as = ownerEmail): string {
    if (as.includes("@") && !as.endsWith(".gserviceaccount.com")) {
        return as;
    }
    if (as.includes("@") && cloud.store.read(accountName(as))) {
        return as;
    }
    const names = cloud.store.list("//iam.googleapis.com/serviceAccounts").map(({ name }) => lastPart(name));
    const all = names.filter((name) => name.endsWith(".gserviceaccount.com"));
    const found = all.filter((email) => email.split("@")[0] === as);
    if (found[0] === undefined) {
        const known = as.includes("@") ? all : all.map((email) => email.split("@")[0] as string);
        throw notFound(`there is no service account "${as}"; ${meant(as, known, "deploy one first.")}`);
    }
    if (found.length > 1) {
        throw new HttpError(400, "invalid", `several accounts are named "${as}": give one of ${found.join(", ")}.`);
    }
    return found[0];
}
