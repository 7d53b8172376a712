import * as pulumi from "@pulumi/pulumi";
import { packageFile } from "./packageFile";

/**
 * Loads a module of an optional peer dependency, which only some components need.
 *
 * @param load requires the module
 * @param name the package
 * @param needed what needs it, such as `ContainerImage "predict": build`
 * @throws RunError with the command that installs the package, where it is not installed
 */
export function optional<Module>(load: () => Module, name: string, needed: string): Module {
    try {
        return load();
    } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code !== "MODULE_NOT_FOUND" || !message.startsWith(`Cannot find module '${name}/`)) {
            throw error;
        }
        const range = JSON.parse(packageFile("package.json")).peerDependencies[name];
        throw new pulumi.RunError(
            `${needed} needs the package ${name}, which is not installed: run 'npm install ${name}@${range}'.`,
        );
    }
}
