// Small conveniences; every page works without them.
import "./js/once.js";
import "./js/faults.js";
import "./js/leave.js";
import "./js/stay.js";
