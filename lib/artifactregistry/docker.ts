import * as pulumi from "@pulumi/pulumi";
import { packageFile } from "../internal/sources/packageFile";

type Docker = Pick<typeof import("@pulumi/docker/provider"), "Provider"> &
    Pick<typeof import("@pulumi/docker/getRegistryImage"), "getRegistryImage">;

type DockerBuild = Pick<typeof import("@pulumi/docker-build/provider"), "Provider"> &
    Pick<typeof import("@pulumi/docker-build/image"), "Image">;

/** Loads `@pulumi/docker`, which looks up the tag of an image. Programs without such images need not install it. */
export function docker(image: string): Docker {
    const load = () => ({ ...require("@pulumi/docker/provider"), ...require("@pulumi/docker/getRegistryImage") });
    return optional(load, "@pulumi/docker", `ContainerImage "${image}": tag`);
}

/** Loads `@pulumi/docker-build`, which builds an image. Programs that build no image need not install it. */
export function dockerBuild(image: string): DockerBuild {
    const load = () => ({ ...require("@pulumi/docker-build/provider"), ...require("@pulumi/docker-build/image") });
    return optional(load, "@pulumi/docker-build", `ContainerImage "${image}": source`);
}

/**
 * Loads a module of an optional peer dependency.
 *
 * @param load requires the module
 * @param name the package
 * @param needed what needs it, such as `ContainerImage "predict": source`
 * @throws RunError with the command that installs the package, if it is not installed
 */
function optional<Module>(load: () => Module, name: string, needed: string): Module {
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
