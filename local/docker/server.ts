import type * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { answered, configuration, struct, values } from "../provider/protocol";

const token = "docker:index/getRegistryImage:getRegistryImage";

const refusal = (asked: string) =>
    `the local Google Cloud answers getRegistryImage alone of @pulumi/docker, and has no ${asked}`;

/** What the engine asks the provider of Docker: of all that there is, which digest an image has. */
export function handlers(
    digestOf: (name: string) => Promise<string>,
    version: string,
): grpc.UntypedServiceImplementation {
    return {
        ...configuration,

        configure: answered(() => new messages.ConfigureResponse().setSupportspreview(true).setAcceptoutputs(false)),

        check: answered((request: messages.CheckRequest) =>
            new messages.CheckResponse()
                .setInputs(request.getNews())
                .setFailuresList([new messages.CheckFailure().setReason(refusal(request.getType()))]),
        ),

        invoke: answered(async (request: messages.InvokeRequest) => {
            if (request.getTok() !== token) {
                throw new Error(refusal(request.getTok()));
            }
            const args = values(request.getArgs());
            const digest = await digestOf(args.name);
            return new messages.InvokeResponse().setReturn(
                struct({ insecureSkipVerify: false, ...args, id: digest, sha256Digest: digest }),
            );
        }),

        getPluginInfo: answered(() => new PluginInfo().setVersion(version)),
        cancel: answered(() => new Empty()),
    };
}
