import { basename, resolve } from "node:path";
import { checkStarter, folderProblem, projectsProblem, starters } from "./starters";

/** What a new program is made of. */
export interface Answers {
    /** The name of a starter. */
    starter: string;
    /** The path of the new folder, which names the project. */
    folder: string;
    /** The start of the IDs of the Google Cloud projects. */
    projects: string;
}

/** Asks for what is not given; without asking, it has its default. Returns undefined if the user cancels. */
export async function ask(given: Partial<Answers>, { isAsking }: { isAsking: boolean }): Promise<Answers | undefined> {
    if (given.starter !== undefined) {
        checkStarter(given.starter);
    }
    if (!isAsking) {
        const { starter = "model-function" } = given;
        const { folder = starter } = given;
        return { starter, folder, projects: given.projects ?? basename(resolve(folder)) };
    }
    // Loaded on first use: without questions it is not needed.
    const { isCancel, select, text } = await import("@clack/prompts");
    const starter =
        given.starter ??
        (await select({
            message: "Which starter?",
            initialValue: "model-function",
            options: starters().map(({ name, description }) => ({ value: name, hint: description })),
        }));
    if (isCancel(starter)) {
        return undefined;
    }
    const folder =
        given.folder ??
        (await text({
            message: "Which folder? Its name is the name of the project.",
            initialValue: starter,
            validate: (path = "") => folderProblem(resolve(path)),
        }));
    if (isCancel(folder)) {
        return undefined;
    }
    const projects =
        given.projects ??
        (await text({
            message: "How do the IDs of your Google Cloud projects start? The name of the stack follows, as in …-dev.",
            initialValue: basename(resolve(folder)),
            validate: (prefix = "") => projectsProblem(prefix),
        }));
    return isCancel(projects) ? undefined : { starter, folder, projects };
}
