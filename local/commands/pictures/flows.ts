import { type Exported, isComponent, kindOf } from "../../machine/exported";
import type { Reference } from "../componentData";
import type { Operation } from "../engine/stackResources";
import {
    type Components,
    componentsOf,
    grantOf,
    isEnvironment,
    isGrant,
    nodeOf,
    personOf,
    pictureOf,
    withChanges,
} from "./components";
import type { Arrow, Change, Graph, Node } from "./graph";
import { inProjects, type Projects, projectsOf } from "./projects";

/** How data flows because of a role: out of what the role is on to the account, into it, or both. */
type Flow = { verb: string; flows: "out" | "in" | "both" };

const roles: [RegExp, Flow][] = [
    [/^public$/, { verb: "HTTPS", flows: "in" }],
    [/^iap\.httpsResourceAccessor$/, { verb: "HTTPS, signed in", flows: "in" }],
    [/^run\.(invoker|jobsExecutor)|^cloudfunctions\.invoker|^workflows\.invoker/, { verb: "calls", flows: "in" }],
    [/^aiplatform\.(user|endpointUser)$/, { verb: "predicts", flows: "in" }],
    [/^pubsub\.publisher$/, { verb: "publishes", flows: "in" }],
    [/^pubsub\.subscriber$/, { verb: "pulls", flows: "out" }],
    [/^storage\.object(User|Admin)$|^bigquery\.dataEditor$/, { verb: "reads and writes", flows: "both" }],
    [/^storage\.objectCreator$/, { verb: "writes", flows: "in" }],
    [
        /^storage\.objectViewer$|^bigquery\.dataViewer$|^secretmanager\.secretAccessor$|^artifactregistry\.reader$/,
        { verb: "reads", flows: "out" },
    ],
    [/^cloudsql\.(client|instanceUser)$/, { verb: "queries", flows: "in" }],
    [/^cloudkms\.signer/, { verb: "signs", flows: "in" }],
    [/^compute\.osLogin$|^iap\.tunnelResourceAccessor$/, { verb: "SSH", flows: "in" }],
    [/^logging\.viewAccessor$/, { verb: "reads", flows: "out" }],
];

const alerts = "alerts";

/** What flows because of a reference of a property, in all components. Their data files have other references. */
const ofProperties: Reference[] = [
    { property: "pushConfig", flows: "in" },
    { property: "cloudStorageConfig", flows: "in" },
    { property: "eventTrigger", flows: "out", labelFrom: "event" },
    { resource: "AlertPolicy", property: "notificationChannels", flows: "in", label: alerts },
];

/** What flows because of a reference of a resource: what is known of it, of its property, of the other component, or of its own one. */
function referenceOf(own: Exported, resource: Exported, property: string, other: Exported): Reference {
    const refers = pictureOf(own)?.refers ?? [];
    const referred = pictureOf(other)?.referred ?? [];
    const isPart = (row: Reference) => row.resource !== undefined || row.property !== undefined;
    const rows = [...refers.filter(isPart), ...ofProperties, ...referred, ...refers.filter((row) => !isPart(row))];
    const isMet = (row: Reference) =>
        (row.resource ?? kindOf(resource)) === kindOf(resource) && (row.property ?? property) === property;
    return rows.find(isMet) ?? { flows: "in" };
}

function labelOf({ label, labelFrom }: Reference, resource: Exported): string[] {
    const read = { event: eventLabel, record: recordLabel, schedule: scheduleLabel };
    return label !== undefined ? [label] : labelFrom !== undefined ? read[labelFrom](resource) : [];
}

const scheduleLabel = ({ inputs }: Exported) => [String(inputs?.schedule)];

/** The name that clients look up. Other records only prove the ownership of a domain. */
function recordLabel({ inputs }: Exported): string[] {
    const { type, name = "" } = (inputs ?? {}) as { type?: string; name?: string };
    return type === "A" || type === "AAAA" ? [name.replace(/\.$/, "")] : [];
}

function eventLabel({ inputs }: Exported): string[] {
    const { eventType = "" } = (inputs?.eventTrigger ?? {}) as { eventType?: string };
    const [service, what, , happened] = eventType.split(".").slice(-4);
    return service === "storage" ? [`${what} ${happened}`] : [];
}

/**
 * What flows in a deployed stack: its components, arrows in the direction of data and calls, and in frames what is in a network or a
 * cluster, and in a project if the stack has several. Accounts, builds and what every stack has are left out.
 */
export function flows(title: string, resources: Exported[], operations?: Map<string, Operation>): Graph {
    const components = componentsOf(resources, operations);
    const projects = projectsOf(components);
    const all = resources.filter((each) => components.of(each.urn) === each && isShown(each));
    const places = placesOf(components, projects);
    const found = outside(components, merged([...grantArrows(components), ...referenceArrows(components)]));
    const isAbout = (wanted: Exported[]) => {
        const urns = new Set(wanted.map(({ urn }) => urn));
        return found.filter(({ from, to }) => [from, to].every((id) => urns.has(id) || !id.startsWith("urn:")));
    };
    const main = all.filter((each) => pictureOf(each)?.as !== "build");
    const shown = isAbout(main).length > 0 || places.size > 0 ? main : all;
    if (isAbout(shown).length === 0 && places.size === 0) {
        const { nodes, arrows } = parts(components, shown);
        return withChanges({ title, ...inProjects(nodes, arrows, projects) }, components);
    }
    const { nodes, arrows } = withoutSubscriptions(components, shown, isAbout(shown));
    const connected = new Set(arrows.flatMap(({ from, to }) => [from, to]));
    const kept = nodes.filter((each) => isComponent(each) || connected.has(each.urn));
    const people = [...connected].filter((id) => !id.startsWith("urn:")).map(personOf);
    const framed = (place?: string): Node[] =>
        kept
            .filter(({ urn }) => places.get(urn) === place)
            .map((each) => {
                const children = isFrame(each) ? framed(each.urn) : [];
                return { ...nodeOf(each), ...(children.length > 0 && { children }) };
            });
    return withChanges({ title, ...inProjects([...people, ...framed()], arrows, projects) }, components);
}

/** Whether others are in it. */
const isFrame = (each: Exported) => pictureOf(each)?.as === "frame";

/** The resources of components between which nothing flows, with what refers to what. */
function parts({ resources, of }: Components, shown: Exported[]): Pick<Graph, "nodes" | "arrows"> {
    const frames = shown.filter(isComponent).map((component) => {
        const children = resources.filter((each) => of(each.urn) === component && !isComponent(each) && isShown(each));
        return { ...nodeOf(component), ...(children.length > 0 && { children: children.map(nodeOf) }) };
    });
    const inFrames = new Set(frames.flatMap(({ children = [] }) => children.map(({ id }) => id)));
    const arrows = resources
        .filter(({ urn }) => inFrames.has(urn))
        .flatMap((each) => {
            const others = new Set(Object.values(each.propertyDependencies ?? {}).flat());
            return [...others]
                .filter((urn) => inFrames.has(urn))
                .map((to) => ({ from: each.urn, to, label: [], attached: true }));
        });
    return { nodes: frames, arrows };
}

const hidden = /^(pulumi:|gcp:projects\/|gcp:serviceaccount\/)/;
const isShown = (each: Exported) => !hidden.test(each.type) && !isEnvironment(each) && !isGrant(each);

/** The network or cluster that each component is in, by URN. */
function placesOf({ resources, of }: Components, projects: Projects): Map<string, string> {
    const found = new Map<string, string>();
    for (const each of resources) {
        const own = of(each.urn);
        const cluster = each.provider?.includes("pulumi:providers:kubernetes")
            ? [each.provider.replace(/::[^:]*$/, "")]
            : [];
        const networks = Object.values(each.propertyDependencies ?? {}).flat();
        for (const place of [...cluster, ...networks].map(of)) {
            // What is in another project than its network is in the frame of its project.
            const isThere = own && place && (projects.of(own.urn) ?? projects.of(place.urn)) === projects.of(place.urn);
            if (isThere && own !== place && isFrame(place) && !/Firewall|:Job$/.test(each.type)) {
                const isCluster = kindOf(place) === "GkeCluster";
                found.set(own.urn, isCluster ? place.urn : (found.get(own.urn) ?? place.urn));
            }
        }
    }
    return found;
}

function grantArrows({ resources, of, changeOf }: Components): Arrow[] {
    const users = accountUsers({ resources, of, changeOf });
    return resources.filter(isGrant).flatMap((each) => {
        const { role, account, member, on } = grantOf(each);
        const flow = roles.find(([pattern]) => pattern.test(role))?.[1];
        const thing = on === undefined ? undefined : of(on);
        if (flow === undefined || thing === undefined || isEnvironment(thing) || !isShown(thing)) {
            return [];
        }
        // The password of a database, which is read to query it.
        if (role === "secretmanager.secretAccessor" && !kindOf(thing).endsWith("Secret")) {
            return [];
        }
        const owner = account === undefined ? undefined : of(account);
        const whom = owner
            ? (users.get(owner.urn) ?? [owner.urn])
            : member && !isAgent(member)
              ? [personOf(member).id]
              : [];
        return whom
            .filter((who) => who !== thing.urn && !(owner && isEnvironment(owner)))
            .map((who) => arrowOf(who, thing.urn, flow.flows, [flow.verb], changeOf(each.urn)));
    });
}

/** A service account of Google, such as the agent of load balancers. */
const isAgent = (member: string) => /:service-\d+@|@cloudservices\.gserviceaccount\.com$/.test(member);

/** The components that run as an account which is a component of its own. */
function accountUsers({ resources, of }: Components): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const each of resources.filter((resource) => !isGrant(resource))) {
        for (const account of Object.values(each.propertyDependencies ?? {})
            .flat()
            .map(of)) {
            const user = of(each.urn);
            if (account && user && kindOf(account) === "ServiceAccount" && user !== account && !isEnvironment(user)) {
                found.set(account.urn, [...new Set([...(found.get(account.urn) ?? []), user.urn])]);
            }
        }
    }
    return found;
}

export function referenceArrows({ resources, of, changeOf }: Components): (Arrow & { weak: true })[] {
    return resources
        .filter((each) => !isGrant(each) && !/Firewall/.test(each.type))
        .flatMap((each) => {
            const own = of(each.urn);
            const owner = own && of(own.parent ?? "");
            if (own && owner && isComponent(owner) && !isEnvironment(owner) && /:Job$/.test(each.type)) {
                return [
                    {
                        ...arrowOf(own.urn, owner.urn, "in", scheduleLabel(each), changeOf(each.urn)),
                        weak: true as const,
                    },
                ];
            }
            return Object.entries(each.propertyDependencies ?? {}).flatMap(([property, urns]) =>
                [...urns].sort().flatMap((urn) => {
                    const other = of(urn);
                    if (
                        !own ||
                        !other ||
                        own === other ||
                        ![own, other].every((one) => isShown(one) && isComponent(one))
                    ) {
                        return [];
                    }
                    if (isFrame(other)) {
                        return [];
                    }
                    const row = referenceOf(own, each, property, other);
                    const label = labelOf(row, each);
                    const arrow = arrowOf(own.urn, other.urn, row.flows ?? "in", label, changeOf(each.urn));
                    return [{ ...arrow, ...(row.attached && { attached: true }), weak: true as const }];
                }),
            );
        });
}

function arrowOf(who: string, thing: string, flows: Flow["flows"], label: string[], change?: Change): Arrow {
    return {
        ...(flows === "out" ? { from: thing, to: who } : { from: who, to: thing }),
        label,
        ...(flows === "both" && { both: true }),
        ...((change === "create" || change === "delete") && { change }),
    };
}

/** One arrow between two things. What a role permits counts more than that one refers to the other. */
function merged(arrows: (Arrow & { weak?: true })[]): Arrow[] {
    const pairs = new Map<string, (Arrow & { weak?: true })[]>();
    for (const arrow of arrows) {
        const key = [arrow.from, arrow.to].sort().join(" ");
        pairs.set(key, [...(pairs.get(key) ?? []), arrow]);
    }
    return [...pairs.values()].map((each) => {
        const strong = each.filter(({ weak }) => !weak);
        const special = each.filter(({ weak, label }) => weak && label.length > 0);
        const kept = special.length > 0 ? special : strong.length > 0 ? strong : each;
        const [{ from, to, attached } = kept[0] as Arrow] = kept;
        const both = kept.some((arrow) => arrow.both || arrow.from !== from);
        const labels = [...new Set(kept.flatMap(({ label }) => label))];
        const label = labels.includes("reads and writes") ? ["reads and writes"] : labels;
        const changes = new Set(each.map((arrow) => arrow.change));
        const [change] = changes.size === 1 ? changes : [];
        return { from, to, label, ...(both && { both }), ...(attached && { attached }), ...(change && { change }) };
    });
}

/** Clients of load balancers that answer to the internet. */
function outside({ resources, of, changeOf }: Components, arrows: Arrow[]): Arrow[] {
    const open = resources.filter(
        ({ type, inputs }) =>
            /:(Global)?ForwardingRule$/.test(type) && String(inputs?.loadBalancingScheme).startsWith("EXTERNAL"),
    );
    const balancers = new Map(open.map((rule) => [of(rule.urn)?.urn as string, rule]));
    const requests = [...balancers].map(([to, rule]) =>
        arrowOf("everybody", to, "in", [portOf(rule)], changeOf(rule.urn)),
    );
    return [...requests, ...arrows];
}

function portOf({ inputs = {} }: Exported): string {
    const { portRange, ports, allPorts, ipProtocol = "TCP" } = inputs as Record<string, unknown>;
    const port = String(portRange ?? (ports as string[] | undefined)?.join(", ") ?? "").replace(/^(\d+)-\1$/, "$1");
    return port === "443" ? "HTTPS" : port === "80" ? "HTTP" : `${ipProtocol} ${allPorts ? "all ports" : port}`.trim();
}

/** A subscription with a topic and a receiver is an arrow between them. */
function withoutSubscriptions(
    { resources, of, changeOf }: Components,
    shown: Exported[],
    arrows: Arrow[],
): { nodes: Exported[]; arrows: Arrow[] } {
    let nodes = shown;
    let left = arrows;
    for (const each of shown.filter((one) => pictureOf(one)?.as === "arrow")) {
        const into = left.filter(({ to }) => to === each.urn);
        const out = left.filter(({ from, label }) => from === each.urn && !label.includes(alerts));
        const others = left.filter((arrow) => !into.includes(arrow) && !out.includes(arrow));
        const [topic] = into;
        if (topic === undefined || into.length > 1 || out.length === 0) {
            continue;
        }
        const tries = resources.filter(({ urn }) => of(urn) === each).flatMap(triesOf);
        const label = [nodeOf(each).name, ...tries];
        left = [...others, ...out.map(({ to }) => arrowOf(topic.from, to, "in", label, changeOf(each.urn)))];
        nodes = nodes.filter((one) => one !== each);
    }
    return { nodes, arrows: left };
}

function triesOf({ type, inputs = {} }: Exported): string[] {
    const { maxDeliveryAttempts } = (inputs.deadLetterPolicy ?? {}) as { maxDeliveryAttempts?: number };
    return type === "gcp:pubsub/subscription:Subscription" && maxDeliveryAttempts
        ? [`${maxDeliveryAttempts} tries`]
        : [];
}
