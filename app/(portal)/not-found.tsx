import { NothingHere } from '../../components/shell/nothing-here.tsx';

/** Within the frame of who is signed in: the frame of the public pages would be a second one. */
export default NothingHere;
