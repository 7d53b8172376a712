export { gzipSync, zipSync } from "fflate";
