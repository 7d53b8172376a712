import type { Problem } from "../../internal/check";
import type { SourceFile } from "../../internal/files";
import { groupsOf, type Handler, isStatic, type StaticHandler } from "./handlers";

/** "app.yaml reference": handlers; one of them may be added at the end. */
const most = 100;

/** Whether a handler matches every path. */
export const isCatchAll = ({ url }: Handler): boolean => /^(\/?\.\*|\/?\(\.\*\))\$?$/.test(url);

/** What is wrong with handlers each of which is right by itself. */
export function handlerProblems(handlers: Handler[], complete: Handler[], files: SourceFile[]): Problem[] {
    const reason = `must be ${most - (complete.length - handlers.length)} at most (got ${handlers.length}). Let one match more paths.`;
    return [
        ...(complete.length > most ? [{ path: "handlers", reason }] : []),
        ...handlers.flatMap((handler, index) => {
            const problems = [
                reachProblem(handler, handlers.slice(0, index)),
                redirectProblem(handler),
                isStatic(handler) ? typeProblem(handler) : undefined,
                isStatic(handler) ? filesProblem(handler, files) : undefined,
            ];
            return problems.flatMap((problem) =>
                problem ? [{ ...problem, path: `handlers.${index}.${problem.path}` }] : [],
            );
        }),
    ];
}

/** A handler behind one that takes all of its requests; one that asks for a file first takes only those that have one. */
function reachProblem({ url }: Handler, before: Handler[]): Problem | undefined {
    const taking = before.findIndex(
        (earlier) => earlier.requireMatchingFile !== true && (isCatchAll(earlier) || earlier.url === url),
    );
    const reason = `is never reached, as handlers.${taking} before it takes its requests (got "${url}"). Put it before that one.`;
    return taking >= 0 ? { path: "url", reason } : undefined;
}

function redirectProblem({ secure, redirectHttpResponseCode: code }: Handler): Problem | undefined {
    const reason = `has no effect with secure: "optional", which redirects nothing (got ${code}). Leave one of them out.`;
    return secure === "optional" && code !== undefined ? { path: "redirectHttpResponseCode", reason } : undefined;
}

/** "app.yaml reference": mime_type. */
function typeProblem({ mimeType, httpHeaders = {} }: StaticHandler): Problem | undefined {
    const isTwice = mimeType !== undefined && Object.keys(httpHeaders).some((name) => /^content-type$/i.test(name));
    const reason = `is in httpHeaders too (got "${mimeType}"). Leave one of them out.`;
    return isTwice ? { path: "mimeType", reason } : undefined;
}

function filesProblem(handler: StaticHandler, files: SourceFile[]): Problem | undefined {
    return handler.staticDir === undefined ? patternProblem(handler, files) : folderProblem(handler, files);
}

function folderProblem({ url, staticDir }: StaticHandler & { staticDir: string }, files: SourceFile[]) {
    if (Number(groupsOf(url)) > 0) {
        const reason = `must have no groups, as it is the beginning of the paths in ${staticDir} (got "${url}"). Take staticFiles and upload for a pattern.`;
        return { path: "url", reason };
    }
    const folder = `${trimmed(staticDir)}/`;
    const isThere = files.some(({ path }) => path.startsWith(folder));
    const reason = `is no folder with files in the source (got "${staticDir}"). What .gcloudignore names is left out.`;
    return isThere ? undefined : { path: "staticDir", reason };
}

/** A path as files have it: without `./` before and `/` behind. */
export const trimmed = (path: string): string => path.replace(/^(\.\/)+/, "").replace(/\/+$/, "");

function patternProblem(handler: StaticHandler, files: SourceFile[]): Problem | undefined {
    const { url, staticFiles, upload } = handler as StaticHandler & { staticFiles: string; upload: string };
    const groups = groupsOf(url) ?? 0;
    const references = [...staticFiles.matchAll(/\\(\d)/g)].map(([, number]) => Number(number));
    const beyond = references.find((number) => number > groups);
    if (beyond !== undefined) {
        const reason = `names group ${beyond} of url, which has ${groups} (got "${staticFiles}").`;
        return { path: "staticFiles", reason };
    }
    const uploaded = new RegExp(`^(?:${upload})$`);
    const paths = files.map(({ path }) => path).filter((path) => uploaded.test(path));
    if (paths.length === 0) {
        const reason = `matches no file of the source (got "${upload}"). What .gcloudignore names is left out.`;
        return { path: "upload", reason };
    }
    const isServed = references.length > 0 || paths.includes(trimmed(staticFiles));
    const reason = `must be among the files that upload matches: ${paths.slice(0, 3).join(", ")} (got "${staticFiles}").`;
    return isServed ? undefined : { path: "staticFiles", reason };
}
