/** A stage of a Dockerfile: the image that it begins with, as it is written, and its name in lower case, if it has one. */
export interface Stage {
    image: string;
    name?: string;
}

/** What is read of a Dockerfile ("Dockerfile reference"). */
export interface Dockerfile {
    stages: Stage[];
    /** The arguments before the first stage, with their defaults as they are written. */
    args: Record<string, string | undefined>;
}

/** Reads the stages of a Dockerfile, and the arguments that may name their images. */
export function dockerfile(text: string): Dockerfile {
    const found: Dockerfile = { stages: [], args: {} };
    for (const [name, rest] of instructions(text)) {
        if (name === "FROM") {
            const [, image = "", stage] = /^(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(rest) ?? [];
            found.stages.push(stage === undefined ? { image } : { image, name: stage.toLowerCase() });
        } else if (name === "ARG" && found.stages.length === 0) {
            Object.assign(found.args, declared(rest));
        }
    }
    return found;
}

/** Whether a build can end with a stage of this name, or of this number. */
export function hasStage({ stages }: Dockerfile, target: string): boolean {
    return stages.some(({ name }, index) => name === target.toLowerCase() || String(index) === target);
}

/**
 * The images that may be others tomorrow: those without a tag or with `latest`, and without a digest. An image that is named
 * by an argument without a value is none that can be told of.
 *
 * @param given the arguments of the build
 */
export function movingImages({ stages, args }: Dockerfile, given: Record<string, string>): string[] {
    const values: Record<string, string> = {};
    for (const [name, written] of Object.entries(args)) {
        const value = given[name] ?? (written === undefined ? undefined : expanded(written, values));
        Object.assign(values, value === undefined ? {} : { [name]: value });
    }
    const images = stages.flatMap(({ image: written }, index) => {
        const image = expanded(written, values);
        const isStage = stages.slice(0, index).some(({ name }) => name === image.toLowerCase());
        return isStage || image === "" || image === "scratch" || !isMoving(image) ? [] : [image];
    });
    return [...new Set(images)];
}

function isMoving(image: string): boolean {
    const [, tag] = /:([^/:]*)$/.exec(image) ?? [];
    return !image.includes("@") && (tag === undefined || tag === "latest");
}

/** `A=1 B="2 3" C` */
function declared(rest: string): Record<string, string | undefined> {
    const words = rest.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
    return Object.fromEntries(
        words.map((word) => {
            const [name = "", value] = word.split(/=(.*)/s);
            return [name, value?.replace(/^(["'])(.*)\1$/, "$2")];
        }),
    );
}

/** Replaces `$NAME`, `${NAME}`, `${NAME:-other}` and `${NAME:+other}`. */
function expanded(text: string, values: Record<string, string>): string {
    return text.replaceAll(
        /\$(?:\{(\w+)(?::?([-+])([^}]*))?\}|(\w+))/g,
        (_, braced?: string, operator?: string, other?: string, plain?: string) => {
            const value = values[braced ?? plain ?? ""] ?? "";
            return operator === "+" ? (value === "" ? "" : (other ?? "")) : value || (other ?? "");
        },
    );
}

/** The instructions with what stands behind them, lines that go on put together; without comments and heredocs. */
function instructions(text: string): [name: string, rest: string][] {
    const lines = text.split(/\r?\n/);
    const sign = /^\s*#\s*escape\s*=\s*`/im.test(head(lines)) ? "`" : "\\";
    const found: [string, string][] = [];
    for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
        let whole = line;
        while (goesOn(whole, sign) && lines.length > 0) {
            const next = lines.shift() as string;
            whole = /^\s*(#|$)/.test(next) ? whole : `${whole.trimEnd().slice(0, -1)} ${next}`;
        }
        const [, name, rest = ""] = /^\s*([A-Za-z]+)\s+(.*)$/s.exec(whole) ?? [];
        if (name !== undefined) {
            found.push([name.toUpperCase(), rest]);
            skipHeredocs(/^(RUN|COPY|ADD)$/i.test(name) ? rest : "", lines);
        }
    }
    return found;
}

const goesOn = (line: string, sign: string) => !/^\s*#/.test(line) && line.trimEnd().endsWith(sign);

/** The comments with which a Dockerfile begins: directives are among them alone. */
function head(lines: string[]): string {
    const end = lines.findIndex((line) => !/^\s*#/.test(line));
    return lines.slice(0, end < 0 ? lines.length : end).join("\n");
}

/** Takes out the lines of an instruction's heredocs, which may look like instructions. */
function skipHeredocs(rest: string, lines: string[]): void {
    for (const [, dash, word] of rest.matchAll(/<<(-?)\s*["']?([A-Za-z_]\w*)["']?/g)) {
        const end = lines.findIndex((line) => (dash ? line.replace(/^\t+/, "") : line) === word);
        if (end >= 0) {
            lines.splice(0, end + 1);
        }
    }
}
