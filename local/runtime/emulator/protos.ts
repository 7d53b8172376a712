import { join } from "node:path";
import {
    loadSync,
    type MessageTypeDefinition,
    type PackageDefinition,
    type ServiceDefinition,
} from "@grpc/proto-loader";
import { packageFolder } from "../../toolchain/paths";

let loaded: PackageDefinition | undefined;

/** The gRPC interfaces in the folder `protos`. */
function definitions(): PackageDefinition {
    const folder = join(packageFolder(), "local", "runtime", "emulator", "protos");
    const files = ["cloudtasks", "health", "pubsub", "secretmanager", "status", "storagecontrol"].map((name) =>
        join(folder, `${name}.proto`),
    );
    loaded ??= loadSync(files, { longs: Number, enums: String, defaults: true, oneofs: true });
    return loaded;
}

export function serviceType(name: string): ServiceDefinition {
    return definitions()[name] as ServiceDefinition;
}

export function messageType(name: string): MessageTypeDefinition<object, object> {
    return definitions()[name] as MessageTypeDefinition<object, object>;
}
