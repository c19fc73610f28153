<#import "template.ftl" as layout>
<#import "two-factor-enrol-parts.ftl" as parts>
<@layout.registrationLayout displayMessage=false; section>
  <#if section == "header">
    <#assign sends = twoFactor.factor == "email-otp" && !twoFactor.isMailed>
    ${msg("two-factor-" + twoFactor.factor + sends?then("-display-name", "-form-title"))}
  <#elseif section == "form">
    <@parts.frame>
      <p id="two-factor-intro">${msg("two-factor-confirm-intro")}</p>
      <@parts.form id="two-factor-confirm">
        <#if sends>
          <p id="two-factor-hint">${msg("two-factor-email-otp-form-send-hint", twoFactor.address)}</p>
          <@parts.actions>
            <@parts.button label="two-factor-email-otp-form-send" id="two-factor-send" name="send"/>
            <@parts.cancel/>
          </@parts.actions>
        <#elseif twoFactor.factor == "email-otp">
          <p id="two-factor-hint">${msg("two-factor-email-otp-form-sent", twoFactor.address)} ${msg("two-factor-email-otp-form-hint")}</p>
          <@parts.code label=msg("two-factor-code-label") describedBy="two-factor-hint"/>
          <@parts.actions>
            <@parts.button label="two-factor-configure-continue" id="two-factor-continue"/>
            <@parts.resend/>
            <@parts.cancel/>
          </@parts.actions>
        <#else>
          <#assign label = (twoFactor.factor == "recovery-code")?then("two-factor-recovery-code-form-label", "two-factor-code-label")>
          <p id="two-factor-hint">${msg("two-factor-" + twoFactor.factor + "-form-hint")}</p>
          <@parts.code label=msg(label) describedBy="two-factor-hint" numeric=(twoFactor.factor != "recovery-code")/>
          <@parts.actions>
            <@parts.button label="two-factor-configure-continue" id="two-factor-continue"/>
            <@parts.cancel/>
          </@parts.actions>
        </#if>
      </@parts.form>
      <#if twoFactor.others?has_content>
        <@parts.form id="two-factor-other-ways">
          <h2 class="two-factor-heading">${msg("doTryAnotherWay")}</h2>
          <@parts.actions>
            <#list twoFactor.others as other>
              <@parts.button label=("two-factor-" + other + "-display-name") id=("two-factor-by-" + other) name="another" value=other primary=false/>
            </#list>
          </@parts.actions>
        </@parts.form>
      </#if>
    </@parts.frame>
  </#if>
</@layout.registrationLayout>
