import { Option } from "commander";

/** The option with the stack that a command reads. */
export const stackOption = (description = "the stack; default: the selected one") =>
    new Option("-s, --stack <name>", description);

/** The option with the folder of the program whose stack a command reads. */
export const folderOption = () =>
    new Option("-C, --cwd <folder>", "the folder of the program; default: the current one");
