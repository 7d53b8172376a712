import type * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { configuration, struct, unaryHandler, values } from "../../simulator/plugin";

const token = "docker:index/getRegistryImage:getRegistryImage";

const refusal = (requested: string) =>
    `the local Google Cloud supports only getRegistryImage of @pulumi/docker, not ${requested}`;

/** The gRPC handlers of the Docker provider, which only supports looking up digests. */
export function handlers(
    digestOf: (name: string) => Promise<string>,
    version: string,
): grpc.UntypedServiceImplementation {
    return {
        ...configuration,

        configure: unaryHandler(() =>
            new messages.ConfigureResponse().setSupportspreview(true).setAcceptoutputs(false),
        ),

        check: unaryHandler((request: messages.CheckRequest) =>
            new messages.CheckResponse()
                .setInputs(request.getNews())
                .setFailuresList([new messages.CheckFailure().setReason(refusal(request.getType()))]),
        ),

        invoke: unaryHandler(async (request: messages.InvokeRequest) => {
            if (request.getTok() !== token) {
                throw new Error(refusal(request.getTok()));
            }
            const args = values(request.getArgs());
            const digest = await digestOf(args.name);
            return new messages.InvokeResponse().setReturn(
                struct({ insecureSkipVerify: false, ...args, id: digest, sha256Digest: digest }),
            );
        }),

        getPluginInfo: unaryHandler(() => new PluginInfo().setVersion(version)),
        cancel: unaryHandler(() => new Empty()),
    };
}
