/** The legal options that a corpus begins with, in short form: every form of the MPTCP options and common TCP ones. */

const KEY = "0x1122334455667788";
const PEER = "0x99aabbccddeeff00";
const HMAC20 = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334";
const V6 = "2001:db8::1";

/** Legal forms, one for each length that RFC 8684 and RFC 6824 allow. */
export const SEEDS: readonly string[] = [
  "mptcp.mpCapable{version=1,hmacSha}",
  `mptcp.mpCapable{version=1,hmacSha,senderKey=${KEY}}`,
  `mptcp.mpCapable{version=0,hmacSha,senderKey=${KEY}}`,
  `mptcp.mpCapable{version=1,hmacSha,senderKey=${KEY},receiverKey=${PEER}}`,
  `mptcp.mpCapable{version=1,hmacSha,senderKey=${KEY},receiverKey=${PEER},dataLevelLength=4}`,
  `mptcp.mpCapable{version=1,checksumRequired,hmacSha,senderKey=${KEY},receiverKey=${PEER},dataLevelLength=4,checksum=0x1234}`,
  "mptcp.mpJoin{variant=syn,addressId=1,token=0x01020304,nonce=0x05060708}",
  `mptcp.mpJoin{variant=synAck,addressId=1,truncatedHmac=${KEY},nonce=0x05060708}`,
  `mptcp.mpJoin{variant=ack,hmac=${HMAC20}}`,
  "mptcp.dss",
  "mptcp.dss{dataAck=1,dataAck8=false}",
  `mptcp.dss{dataAck=${KEY}}`,
  "mptcp.dss{dsn=1,dataSequenceNumber8=false,ssn=1,length=4}",
  "mptcp.dss{dsn=1,dataSequenceNumber8=false,ssn=1,length=4,checksum=0x1234}",
  `mptcp.dss{dataAck=1,dataAck8=false,dsn=1,dataSequenceNumber8=false,ssn=1,length=4}`,
  `mptcp.dss{dataAck=${KEY},dsn=1,dataSequenceNumber8=false,ssn=1,length=4}`,
  `mptcp.dss{dataAck=${KEY},dsn=1,dataSequenceNumber8=false,ssn=1,length=4,checksum=0x1234}`,
  `mptcp.dss{dataAck=${KEY},dsn=${PEER},ssn=1,length=4}`,
  `mptcp.dss{dataAck=${KEY},dsn=${PEER},ssn=1,length=4,checksum=0x1234,dataFin}`,
  `mptcp.addAddr{variant=ipv4,addressId=7,address=10.0.0.1,truncatedHmac=${KEY}}`,
  `mptcp.addAddr{variant=ipv4,addressId=7,address=10.0.0.1,port=80,truncatedHmac=${KEY}}`,
  "mptcp.addAddr{variant=ipv4Echo,addressId=7,address=10.0.0.1}",
  "mptcp.addAddr{variant=ipv4Echo,addressId=7,address=10.0.0.1,port=80}",
  "mptcp.addAddr{variant=ipv4V0,addressId=7,address=10.0.0.1}",
  `mptcp.addAddr{variant=ipv6,addressId=7,address="${V6}",truncatedHmac=${KEY}}`,
  `mptcp.addAddr{variant=ipv6,addressId=7,address="${V6}",port=80,truncatedHmac=${KEY}}`,
  `mptcp.addAddr{variant=ipv6Echo,addressId=7,address="${V6}"}`,
  `mptcp.addAddr{variant=ipv6Echo,addressId=7,address="${V6}",port=80}`,
  `mptcp.addAddr{variant=ipv6V0,addressId=7,address="${V6}"}`,
  "mptcp.removeAddr{addressIds=[7]}",
  "mptcp.removeAddr{addressIds=[7,8,9]}",
  "mptcp.mpPrio{variant=subflow,backup}",
  "mptcp.mpPrio{variant=address,backup,addressId=7}",
  `mptcp.mpFail{dsn=${KEY}}`,
  `mptcp.mpFastclose{receiverKey=${KEY}}`,
  "mptcp.mpTcprst{transient,reason=1}",
  "tcp.mss{mss=1460}",
  "tcp.windowScale{shift=7}",
  "tcp.sackPermitted",
  "tcp.timestamps{value=1,echoReply=2}",
  "tcp.sack{blocks=[{left=1,right=2}]}",
];
