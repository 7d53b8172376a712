import { placeholders, prefix } from "./inventories";

/** The project to which programs are deployed: one that another program creates, and not the example's. */
export const ownProject = "acme-peers";

/**
 * The attributes that name something, or refer to it by its name, its path or its address: programs may call things otherwise than the
 * examples.
 */
const naming = new RegExp(
    `^(${[
        ...[".*[nN]etworkEndpointGroup", "pathMatcher"],
        ...["id", "email", "object", "destination", "target", "tagValue", "parent"],
        ...["members?", "natIps", "sourceTags", "targetTags", "connector", "instance", "groupByEmail"],
        ...["cluster", "folder", "organization", "producerAcceptLists", "reservedPeeringRanges", "workloadPool"],
        ...["(?!display|short).*(Id|Name|Ids|Names|Key|Link|Uri|Email|userByEmail)", ".*[pP]rincipals"],
        ...[
            "project",
            "network",
            "subnetwork",
            "topic",
            "bucket",
            "repository",
            "router",
            "table",
            "dataset",
            "secret",
        ].map((kind) => `.*${kind.replace(/^./, (letter) => `[${letter}${letter.toUpperCase()}]`)}s?`),
        ".*[sS]ervice(Accounts?|account)",
    ].join("|")})$`,
);

/** What only the resource itself refers to: https://docs.cloud.google.com/run/docs/reference/rest/v2/Container */
const inner = /^(containers|volumes|volumeMounts)$/;

/**
 * In a block, subnets have the name of another thing, and containers, volumes and path matchers one of their own; names of flags and
 * variables have a meaning.
 */
export function isNaming(path: string[]): boolean {
    const attribute = path.at(-1) as string;
    const block = path.at(-2) ?? "";
    return attribute === "name"
        ? path.length === 1 || /^(subnet(work)?s?|pathMatchers)$/.test(block) || inner.test(block)
        : naming.test(attribute);
}

/** What is called `from` in the inventory is called `to` in the program. */
export interface Renaming {
    /** What kind of thing it is: `topic`. Empty for what a placeholder stands for. */
    kind: string;
    /** Whether it is the thing itself that is called so, and not a reference to it. */
    isOwn?: boolean;
    from: string;
    to: string;
    /** The whole reference in the program. */
    reference?: string;
}

/** The kind of thing that an attribute of a type names: of a topic, `name` is that of a topic. Proxies of two protocols can have one name. */
function kindOf(type: string, path: string[]): Pick<Renaming, "kind" | "isOwn"> {
    const [own = ""] = /[^_]+(_proxy)?$/.exec(type) ?? [];
    const attribute = path.at(-1) as string;
    const block = path.at(-2) ?? "";
    if (attribute === "name" && inner.test(block)) {
        return { kind: block === "containers" ? "container" : "volume", isOwn: block !== "volumeMounts" };
    }
    const isOwn = path.length === 1 && (attribute === "name" || attribute === `${own}Id`);
    return { kind: isOwn ? own : attribute.replace(/(Id|Name)?s?$/, "").toLowerCase(), isOwn };
}

const escaped = (text: string) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&");

/**
 * The renamings with which an attribute of an inventory is that of a program. Undefined if the attributes differ in anything else.
 *
 * @param type the resource's, in Terraform
 */
export function renamingsOf(expected: string, found: string, type: string, path: string[]): Renaming[] | undefined {
    const of = kindOf(type, path);
    if (expected === found) {
        return isNaming(path) ? identified(expected, found, of) : [];
    }
    const [there, here] = [expected, found].map((text) => /^projects\/([^/]+)((?:\/.*)?)$/.exec(text));
    if (there && here && there[2] === here[2]) {
        return [{ kind: "project", from: there[1] as string, to: here[1] as string }];
    }
    const parts = partsOf(expected);
    const pattern = parts.map(({ text, isPlaceholder }) => (isPlaceholder ? "(.+?)" : escaped(text))).join("");
    const captured = parts.some(({ isPlaceholder }) => isPlaceholder) && new RegExp(`^${pattern}$`).exec(found);
    if (captured) {
        const [, ...texts] = captured;
        const holders = parts.filter(({ isPlaceholder }) => isPlaceholder);
        return holders
            .map(({ text }, index) => ({ kind: "", from: text, to: texts[index] as string }))
            .filter(({ from }) => from !== prefix);
    }
    return isNaming(path) || isCustomRole(expected) ? identified(expected, found, of) : undefined;
}

const isCustomRole = (text: string) => /^(projects|organizations)\/[^/]+\/roles\//.test(text);

/** A renaming of a name, or of a member of the same kind; a reference is to what its last part names. */
function identified(expected: string, found: string, of: Pick<Renaming, "kind" | "isOwn">): Renaming[] | undefined {
    const [member, from] = memberOf(expected);
    const [other, to] = memberOf(found);
    return member === other ? [{ ...of, from, to, reference: found }] : undefined;
}

function memberOf(text: string): [kind: string, name: string] {
    const [, kind = "", rest = text] =
        /^(user|group|serviceAccount|domain|principal|principalSet|projectOwner|projectEditor|projectViewer):(.*)$/.exec(
            text,
        ) ?? [];
    return [kind, rest.split("/").at(-1) as string];
}

/** A text divided at what stands for something: also what an example refers to without its value, such as `$iam_principals:admins`. */
function partsOf(text: string): { text: string; isPlaceholder: boolean }[] {
    const pattern = new RegExp(`(\\$\\w+:[\\w/-]+|${placeholders.map(escaped).join("|")})`);
    return text
        .split(pattern)
        .map((part, index) => ({ text: part, isPlaceholder: index % 2 === 1 }))
        .filter(({ text }) => text !== "");
}

/**
 * What has one name there and two here, or the other way around, except for the programs' own project. Things of the same name there, in two regions, may have two, and a
 * placeholder may stand for what another thing is called.
 */
export function conflicts(renamings: Renaming[]): string[] {
    const all = renamings.filter(({ to }) => to !== ownProject);
    const names = all.filter(({ kind }) => kind !== "");
    const own = (each: Renaming) =>
        names.filter(({ isOwn, kind, from }) => isOwn && kind === each.kind && from === each.from);
    return [
        ...ambiguous(
            all.filter((each) => own(each).length < 2),
            "from",
            "to",
        ).map(([name, others]) => `${name} is ${others}`),
        ...ambiguous(
            names.filter(({ reference }) => reference !== undefined),
            "reference",
            "from",
        ).map(([name, others]) => `${others} are ${name}`),
    ];
}

function ambiguous(
    renamings: Renaming[],
    by: "from" | "reference",
    of: "from" | "to",
): [name: string, others: string][] {
    const found = new Map<string, Set<string>>();
    for (const each of renamings) {
        const name = `${each.kind} ${each[by]}`.trim();
        found.set(name, (found.get(name) ?? new Set()).add(each[of]));
    }
    return [...found].filter(([, all]) => all.size > 1).map(([name, all]) => [name, [...all].sort().join(" and ")]);
}
