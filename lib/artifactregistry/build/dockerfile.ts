import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { closest } from "fastest-levenshtein";
import * as check from "../../internal/arguments/check";
import { display } from "../../internal/arguments/value";
import { type Context, resolveContext } from "./context";

/** A stage of a Dockerfile: its base image as written, and its name in lower case, if it has one. */
export interface Stage {
    image: string;
    name?: string;
}

/** The parts of a {@link https://docs.docker.com/reference/dockerfile/ Dockerfile} that are needed here. */
export interface Dockerfile {
    stages: Stage[];
    /** The arguments before the first stage, with their defaults as written. */
    args: Record<string, string | undefined>;
}

/** Parses the stages of a Dockerfile, and the arguments that their images may refer to. */
export function parseDockerfile(text: string): Dockerfile {
    const found: Dockerfile = { stages: [], args: {} };
    for (const [name, rest] of instructions(text)) {
        if (name === "FROM") {
            const [, image = "", stage] = /^(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(rest) ?? [];
            found.stages.push(stage === undefined ? { image } : { image, name: stage.toLowerCase() });
        } else if (name === "ARG" && found.stages.length === 0) {
            Object.assign(found.args, parseArgs(rest));
        }
    }
    return found;
}

/** Whether the Dockerfile has a stage of this name or number. */
export function hasStage({ stages }: Dockerfile, target: string): boolean {
    return stages.some(({ name }, index) => name === target.toLowerCase() || String(index) === target);
}

/**
 * The base images that can change: without a tag or with `latest`, and without a digest. An image that an argument without a
 * value names cannot be judged.
 * @param buildArgs the arguments of the build
 */
export function mutableImages({ stages, args }: Dockerfile, buildArgs: Record<string, string>): string[] {
    const values: Record<string, string> = {};
    for (const [name, written] of Object.entries(args)) {
        const value =
            ownValue(buildArgs, name) ?? (written === undefined ? undefined : expandVariables(written, values));
        Object.assign(values, value === undefined ? {} : { [name]: value });
    }
    const earlier = new Set<string | undefined>();
    const images = stages.flatMap(({ image: written, name }) => {
        const image = expandVariables(written, values);
        const isStage = earlier.has(image.toLowerCase());
        earlier.add(name);
        return isStage || image === "" || image === "scratch" || !isMutable(image) ? [] : [image];
    });
    return [...new Set(images)];
}

/** A value, but not what all objects have: a variable may be `constructor`. */
const ownValue = (values: Record<string, string>, name: string): string | undefined =>
    Object.hasOwn(values, name) ? values[name] : undefined;

function isMutable(image: string): boolean {
    const [, tag] = /:([^/:]*)$/.exec(image) ?? [];
    return !image.includes("@") && (tag === undefined || tag === "latest");
}

/** `A=1 B="2 3" C` */
function parseArgs(rest: string): Record<string, string | undefined> {
    const declarations = rest.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
    return Object.fromEntries(
        declarations.map((declaration) => {
            const [name = "", value] = declaration.split(/=(.*)/s);
            return [name, value?.replace(/^(["'])(.*)\1$/, "$2")];
        }),
    );
}

/** More than any name of an image. Arguments that refer to others several times each would not fit into the memory. */
const longestValue = 10_000;

/** Replaces `$NAME`, `${NAME}`, `${NAME:-other}` and `${NAME:+other}`; by nothing if the text becomes too long. */
function expandVariables(text: string, values: Record<string, string>): string {
    let length = 0;
    return text.replaceAll(
        /\$(?:\{(\w+)(?::?([-+])([^}]*))?\}|(\w+))/g,
        (_, braced?: string, operator?: string, other = "", plain?: string) => {
            const value = ownValue(values, (braced ?? plain) as string) ?? "";
            const expanded = operator === "+" ? (value === "" ? "" : other) : value || other;
            length += expanded.length;
            return length > longestValue ? "" : expanded;
        },
    );
}

/** The instructions with their arguments, continued lines joined; without comments and heredocs. */
function instructions(text: string): [name: string, rest: string][] {
    const lines = text.split(/\r?\n/);
    const escapeCharacter = /^\s*#\s*escape\s*=\s*`/im.test(leadingComments(lines)) ? "`" : "\\";
    const ends = heredocEnds(lines);
    const found: [string, string][] = [];
    for (let at = 0; at < lines.length; ) {
        const parts = [lines[at++] as string];
        while (isContinued(parts.at(-1) as string, escapeCharacter)) {
            // The last line can end with the sign, too.
            const next = lines[at++];
            const isSkipped = next !== undefined && /^\s*(#|$)/.test(next);
            parts.push(...(isSkipped ? [] : [`${(parts.pop() as string).trimEnd().slice(0, -1)} `, next ?? ""]));
        }
        const [, name, rest = ""] = /^\s*([A-Za-z]+)\s+(.*)$/s.exec(parts.join("")) ?? [];
        if (name !== undefined) {
            found.push([name.toUpperCase(), rest]);
            at = /^(RUN|COPY|ADD)$/i.test(name) ? behindHeredocs(rest, at, ends) : at;
        }
    }
    return found;
}

const isContinued = (line: string, sign: string) => !/^\s*#/.test(line) && line.trimEnd().endsWith(sign);

/** The comments before the first instruction of a Dockerfile, which contain the parser directives. */
const leadingComments = (lines: string[]): string =>
    lines
        .slice(
            0,
            lines.findIndex((line) => !/^\s*#/.test(line)),
        )
        .join("\n");

/** The numbers of the lines that are a single word, which can end a heredoc, by the word; the last one first. */
function heredocEnds(lines: string[]): Map<string, number[]> {
    const places = new Map<string, number[]>();
    for (let index = lines.length - 1; index >= 0; index--) {
        const line = lines[index] as string;
        // The word of `<<-` can have tabs before it.
        for (const word of /^\t*\w+$/.test(line) ? [line, `-${line.trimStart()}`] : []) {
            const all = places.get(word);
            all ? all.push(index) : places.set(word, [index]);
        }
    }
    return places;
}

/** The line behind an instruction's heredocs, whose lines may look like instructions. */
function behindHeredocs(rest: string, at: number, ends: Map<string, number[]>): number {
    let behind = at;
    for (const [, dash, word] of rest.matchAll(/<<(-?)\s*["']?([A-Za-z_]\w*)["']?/g)) {
        const places = ends.get(`${dash}${word}`) ?? [];
        while ((places.at(-1) ?? behind) < behind) {
            places.pop();
        }
        // Nothing is skipped if there is no end.
        behind = (places.at(-1) ?? behind - 1) + 1;
    }
    return behind;
}

/** Names for an error, of which there may be many. */
const someOf = (names: string[]): string =>
    `${names.slice(0, 10).join(", ")}${names.length > 10 ? ` and ${names.length - 10} more` : ""}`;

/** Checks that there is a Dockerfile, and that it has a stage. */
export function dockerfileProblem({ folder, dockerfile: file }: Context, path: string): check.Problem | undefined {
    if (!existsSync(file) || !statSync(file).isFile()) {
        const names = readdirSync(folder).sort();
        const how = "Create one, or set dockerfile, relative to the source.";
        return check.problem(
            path,
            "artifactregistry/dockerfile-missing",
            `has no Dockerfile: ${file} does not exist. The folder has ${someOf(names)}. ${how}`,
        );
    }
    const { stages } = parseDockerfile(readFileSync(file, "utf8"));
    return check.when(
        stages.length === 0,
        path,
        "artifactregistry/dockerfile-without-stage",
        `has no stage: there is no FROM in ${file}.`,
    );
}

/** Checks that the Dockerfile has the stage to build. */
export function targetProblem({ dockerfile: file }: Context, target: string): check.Problem | undefined {
    if (!existsSync(file) || !statSync(file).isFile()) {
        return undefined;
    }
    const parsed = parseDockerfile(readFileSync(file, "utf8"));
    const names = parsed.stages.flatMap(({ name }) => name ?? []);
    const how =
        names.length > 0
            ? `It has ${someOf(names)}; did you mean "${closest(target, names)}"?`
            : "Name one with FROM … AS ….";
    const reason = `is not a stage of ${file} (got ${display(target)}). ${how}`;
    return check.when(!hasStage(parsed, target), "build.target", "artifactregistry/build-target-unknown", reason);
}

/** Warns of base images whose tag can move, so that the same sources build a different image. */
export function warnOfMutableBaseImages(
    component: string,
    {
        context,
        dockerfile: name,
        args = {},
    }: { context: string; dockerfile?: string; args?: Record<string, pulumi.Input<string>> },
): void {
    const { dockerfile: file } = resolveContext(context, name);
    pulumi.output(args).apply(async (known) => {
        for (const image of mutableImages(parseDockerfile(readFileSync(file, "utf8")), known)) {
            const what = `${component}: source: starts from ${image}, which can later refer to another image.`;
            await pulumi.log.warn(`${what} Specify a version in FROM, preferably with its digest: @sha256:….`);
        }
    });
}
