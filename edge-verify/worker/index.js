import { __wbg_reset_state as reset, configure, resume, start } from "./bindgen.js";
import { assets } from "./offline/assets.js";
import { worker } from "./worker.js";

export default worker({ configure, start, resume, reset }, { assets });
