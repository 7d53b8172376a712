/** Flags of Pulumi's commands whose value can be the next argument. */
const valued =
    /^(-s|--stack|-C|--cwd|--color|--config-file|--type|-v|--verbose|--tracing|--profiling|--memprofilerate)$/;

/** The value of a flag in Pulumi's arguments. */
export function flagValue(args: string[], ...names: string[]): string | undefined {
    return flagValues(args, ...names)[0];
}

/** The values of a flag that can be repeated. */
export function flagValues(args: string[], ...names: string[]): string[] {
    return args.flatMap((argument, index) => {
        const [name = "", value] = argument.split(/=(.*)/s);
        const found = names.includes(name) ? (value ?? args[index + 1]) : undefined;
        return found === undefined ? [] : [found];
    });
}

/** Pulumi's arguments without flags: the names of the command, and what it is applied to. */
export function positionals(args: string[]): string[] {
    return args.filter((argument, index) => !argument.startsWith("-") && !valued.test(args[index - 1] ?? ""));
}

/** Arguments without a flag and its value. */
export function withoutFlag(args: string[], ...names: string[]): string[] {
    const isNamed = (argument = "") => names.includes(argument);
    return args.filter((argument, index) => !isNamed(argument.split("=")[0]) && !isNamed(args[index - 1]));
}
